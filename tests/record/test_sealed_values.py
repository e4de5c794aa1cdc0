"""Sealed personal values open only where they belong."""

import base64
from uuid import uuid4

import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from hypothesis import given, strategies as st

from record import envelope, keyring, keys
from record.sealed import KeyDestroyed, SealBroken, blind_index, blind_indexes, open_bytes, seal_bytes

ONE, TWO = base64.b64encode(b"1" * 32).decode(), base64.b64encode(b"2" * 32).decode()


class TestEnvelope:
    KEY = bytes(range(32))

    def test_it_begins_with_its_algorithm_and_is_never_the_same_twice(self):
        first, second = (envelope.seal(self.KEY, b"x", label="a") for _ in range(2))

        assert first[0] == second[0] == 1
        assert first != second
        assert len(first) == 1 + 12 + 1 + 16

    def test_this_is_what_was_sealed_in_2026(self):
        # AES-256-GCM, nonce 00…00, label "lab.client|name|x": the format cannot change.
        sealed = bytes.fromhex("01000000000000000000000000") + _gcm(self.KEY, b"secret", b"lab.client|name|x")

        assert envelope.unseal(self.KEY, sealed, label="lab.client|name|x") == b"secret"

    @given(st.binary(max_size=200), st.data())
    def test_any_flipped_bit_is_seen(self, clear, data):
        sealed = bytearray(envelope.seal(self.KEY, clear, label="a", head=b"head"))
        bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
        sealed[bit // 8] ^= 1 << bit % 8

        with pytest.raises(SealBroken):
            envelope.unseal(self.KEY, bytes(sealed), label="a", head=b"head")

    @pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(27), b"\x02" + bytes(60)])
    def test_what_was_never_sealed_does_not_open(self, sealed):
        with pytest.raises(SealBroken):
            envelope.unseal(self.KEY, sealed, label="a")


def _gcm(key: bytes, clear: bytes, label: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    encryptor = Cipher(algorithms.AES(key), modes.GCM(bytes(12))).encryptor()
    encryptor.authenticate_additional_data(label)
    return encryptor.update(clear) + encryptor.finalize() + encryptor.tag


@pytest.mark.django_db
class TestColumns:
    @pytest.fixture
    def client(self, client_model):
        client = client_model(person_key=keys.create_key())
        client.seal(name="张三", phone="13800138000")
        client.save()
        return client_model.objects.select_related("person_key").get(pk=client.pk)

    def test_they_load_sealed_and_open_for_a_purpose(self, client):
        assert "张三".encode() not in bytes(client.name)
        assert client.reveal("name", purpose="call back") == "张三"
        with pytest.raises(ValueError, match="purpose"):
            client.reveal("name", purpose="")

    def test_an_empty_value_is_no_value(self, client):
        client.seal(name="")

        assert client.name is None
        assert client.reveal("name", purpose="call back") == ""

    def test_a_column_that_is_not_sealed_is_not_sealed(self, client):
        with pytest.raises(FieldError):
            client.seal(city="上海")

    def test_without_a_key_nothing_is_sealed_or_opened(self, client_model, client):
        with pytest.raises(ValueError, match="key"):
            client_model().seal(name="张三")
        client.person_key = None
        with pytest.raises(SealBroken):
            client.reveal("name", purpose="call back")

    def test_the_value_of_another_field_does_not_open(self, client):
        client.name, client.phone = client.phone, client.name
        for field in ("name", "phone"):
            with pytest.raises(SealBroken):
                client.reveal(field, purpose="call back")

    def test_the_value_of_another_object_does_not_open(self, client, client_model):
        other = client_model(person_key=client.person_key)
        other.seal(name="李四")
        client.name = other.name

        with pytest.raises(SealBroken):
            client.reveal("name", purpose="call back")

    def test_the_value_of_another_person_does_not_open(self, client):
        client.person_key = keys.create_key()

        with pytest.raises(SealBroken):
            client.reveal("name", purpose="call back")

    def test_a_model_of_another_name_opens_it_under_the_old_one(self, client, monkeypatch):
        monkeypatch.setattr(type(client), "sealed_as", "lab.customer")
        with pytest.raises(SealBroken):
            client.reveal("name", purpose="call back")
        monkeypatch.setattr(type(client), "sealed_as", "lab.client")
        assert client.reveal("name", purpose="call back") == "张三"

    def test_a_history_row_opens_as_the_record_does(self, client):
        row = client.history.latest()

        assert row.instance.reveal("name", purpose="who was it then") == "张三"

    def test_a_failure_names_no_value(self, client):
        client.name = client.phone
        with pytest.raises(SealBroken) as broken:
            client.reveal("name", purpose="call back")

        assert "13800138000" not in str(broken.value)

    def test_they_are_not_searched(self, client, client_model):
        assert client_model.objects.filter(name__isnull=False).count() == 1
        for search in ({"name": b"x"}, {"name__in": [b"x"]}, {"name__contains": b"x"}):
            with pytest.raises(FieldError):
                client_model.objects.filter(**search).exists()


@pytest.mark.django_db
class TestBytes:
    def test_a_file_opens_under_its_key_and_label(self):
        key = keys.create_key()
        sealed = seal_bytes(key, b"%PDF", label="cases.evidence|file|1")

        assert sealed[:17] == b"\x01" + key.uuid.bytes
        assert open_bytes(key, sealed, label="cases.evidence|file|1") == b"%PDF"
        assert open_bytes(key, memoryview(sealed), label="cases.evidence|file|1") == b"%PDF"
        with pytest.raises(SealBroken):
            open_bytes(key, sealed, label="cases.evidence|file|2")
        with pytest.raises(SealBroken):
            open_bytes(keys.create_key(), sealed, label="cases.evidence|file|1")

    def test_a_wrapped_key_moved_to_another_person_does_not_open(self):
        one, other = keys.create_key(), keys.create_key()
        other.wrapped = one.wrapped

        with pytest.raises(SealBroken):
            other.unwrap()

    def test_without_its_master_key_nothing_opens(self, settings):
        settings.REDRESS = {**settings.REDRESS, "MASTER_KEYS": f"k1:{ONE}"}
        key = keys.create_key()
        settings.REDRESS = {**settings.REDRESS, "MASTER_KEYS": f"k2:{TWO}"}
        with pytest.raises(SealBroken, match="k1"):
            key.unwrap()
        settings.REDRESS = {**settings.REDRESS, "MASTER_KEYS": f"k1:{TWO}"}
        with pytest.raises(SealBroken):
            key.unwrap()

    def test_after_erasure_the_key_says_so(self, fang):
        key = keys.create_key(uuid4())
        keys.destroy(key, why="asked for it", actor=fang)
        key.refresh_from_db()

        with pytest.raises(KeyDestroyed):
            seal_bytes(key, b"x", label="a")


class TestBlindIndex:
    @pytest.fixture(autouse=True)
    def two_keys(self, settings):
        settings.REDRESS = {**settings.REDRESS, "INDEX_KEYS": f"i2:{TWO},i1:{ONE}"}

    def test_it_names_its_key_and_is_this(self):
        # HMAC-SHA256, key 32 times "2", message: label, NUL, value
        expected = "i2:" + _hmac(b"2" * 32, b"customer.phone\x0013800138000")

        assert blind_index("13800138000", label="customer.phone") == expected

    @pytest.mark.parametrize("other", ["138 0013 8000", "１３８００１３８０００", " 13800138000\n"])
    def test_width_and_spaces_do_not_matter(self, other):
        assert blind_index(other, label="a") == blind_index("13800138000", label="a")

    def test_case_does_not_matter(self):
        assert blind_index("Straße X", label="a") == blind_index("strasse x", label="a")

    def test_two_columns_with_one_value_do_not_meet(self):
        assert blind_index("1", label="a") != blind_index("1", label="b")

    def test_nothing_has_no_index(self):
        assert blind_index("", label="a") == blind_index(" ", label="a") == ""
        assert blind_indexes("", "a") == []

    def test_while_keys_change_over_both_are_searched(self, settings):
        new, old = blind_indexes("13800138000", "a")
        assert (new[:3], old[:3]) == ("i2:", "i1:")

        settings.REDRESS = {**settings.REDRESS, "INDEX_KEYS": f"i1:{ONE}"}
        assert blind_index("13800138000", label="a") == old


def _hmac(key: bytes, message: bytes) -> str:
    import hmac

    return hmac.digest(key, message, "sha256").hex()


class TestKeyring:
    @pytest.mark.parametrize(
        "spec", ["", "k1", "k1:", f":{ONE}", "k1:AAAA", f"k1:{ONE}x", f"K1:{ONE}", f"k1:{ONE},k1:{TWO}", f"k1:{ONE},"]
    )
    def test_a_ring_that_is_not_one_is_refused_without_showing_it(self, settings, spec):
        settings.REDRESS = {**settings.REDRESS, "MASTER_KEYS": spec}
        with pytest.raises(ImproperlyConfigured) as refused:
            keyring.masters()

        assert ONE[:8] not in str(refused.value)

    def test_the_first_is_current_and_no_key_is_shown(self, settings):
        settings.REDRESS = {**settings.REDRESS, "MASTER_KEYS": f"k2:{TWO}, k1:{ONE}"}
        ring = keyring.masters()

        assert ring.current == ("k2", b"2" * 32)
        assert ring.key("k1") == b"1" * 32
        assert "1111" not in repr(ring)
