"""Second algorithms join the first: what was written by either stays readable, whichever writes now."""

import base64
import hashlib

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from hypothesis import given, strategies as st

from record import algorithms, checks, envelope, keyring, keys
from record.body import chain, commitment
from record.errors import NoSealKey, SealBroken
from record.history import digest_of_row
from record.journal import Fact, append, entries, reveal, verify
from record.models import Stream
from record.sm3 import plain, sm3

# GB/T 32905-2016, appendix A, examples 1 and 2
SM3_EXAMPLES = [
    (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
]


@pytest.fixture
def by(settings):
    """Let other algorithms write from here on."""

    def by(**chosen: str) -> None:
        settings.REDRESS = {**settings.REDRESS, **chosen}

    return by


class TestSM3:
    @pytest.mark.parametrize(("message", "digest"), SM3_EXAMPLES)
    def test_the_standards_examples(self, message, digest):
        assert plain(message).hex() == sm3(message).hex() == digest

    @given(st.binary(max_size=200))
    def test_ours_and_openssls_agree(self, message):
        assert plain(message) == hashlib.new("sm3", message).digest()


def test_sm4_gcm_is_that_of_rfc_8998():
    # RFC 8998, appendix A.1
    key, nonce = bytes.fromhex("0123456789abcdeffedcba9876543210"), bytes.fromhex("00001234567800000000abcd")
    clear = bytes.fromhex("".join(f"{digit}" * 16 for digit in "abcdefea"))
    from cryptography.hazmat.primitives.ciphers import Cipher, modes
    from cryptography.hazmat.primitives.ciphers.algorithms import SM4

    encryptor = Cipher(SM4(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    sealed = encryptor.update(clear) + encryptor.finalize()

    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
    )
    assert encryptor.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


class TestCiphers:
    KEY = bytes(range(32))

    def test_each_sealed_value_names_its_own_and_opens_whichever_writes_now(self, by):
        aes = envelope.seal(self.KEY, b"x", label="a", head=b"head")
        by(CIPHER="sm4gcm")
        sm4 = envelope.seal(self.KEY, b"x", label="a", head=b"head")

        assert (aes[0], sm4[0]) == (1, 2)
        assert len(aes) == len(sm4)
        for sealed in (aes, sm4):
            assert envelope.unseal(self.KEY, sealed, label="a", head=b"head") == b"x"

    @given(st.binary(max_size=100), st.data())
    def test_any_flipped_bit_under_sm4_is_seen(self, clear, data):
        cipher = algorithms.CIPHERS["sm4gcm"]
        sealed = bytearray(b"\x02" + bytes(12) + cipher.seal(self.KEY, bytes(12), clear, b"a"))
        bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
        sealed[bit // 8] ^= 1 << bit % 8

        with pytest.raises(SealBroken):
            envelope.unseal(self.KEY, bytes(sealed), label="a")

    @pytest.mark.django_db
    def test_rotating_the_master_key_wraps_by_the_cipher_of_today(self, by):
        key = keys.create_key()
        by(CIPHER="sm4gcm", MASTER_KEYS=f"k9:{base64.b64encode(b'9' * 32).decode()},{keyring_spec()}")
        keys.rotate()
        key.refresh_from_db()

        assert (key.algorithm, bytes(key.wrapped)[0]) == ("sm4gcm", 2)
        assert len(key.unwrap()) == 32


def keyring_spec() -> str:
    """The master keys the tests run with."""
    from django.conf import settings

    return settings.REDRESS["MASTER_KEYS"]


@pytest.mark.django_db
class TestHashes:
    def test_a_stream_begun_by_sm3_verifies_and_its_personal_values_open(self, by, noted, fang, stream):
        by(HASH="sm3")
        append(stream, Fact(noted, {"what": 1}), actor=fang)
        append(stream, Fact(noted, personal={"name": "张三"}), actor=fang, key=keys.create_key())

        last = entries(stream).last()
        assert last.hash.startswith("sm3:")
        assert last.told["personal"]["name"].startswith("sm3:")
        assert last.hash == "sm3:" + plain(bytes.fromhex(last.previous[4:]) + last.body.encode()).hex()
        assert verify(stream) is None
        by(HASH="sha256")
        assert verify(stream) is None
        assert reveal(last, "name", purpose="to see it") == "张三"

    def test_a_stream_keeps_the_hash_it_began_with(self, by, tell, stream):
        tell(stream)
        by(HASH="sm3")
        tell(stream)
        tell(stream + "x")

        assert [entry.algorithm for entry in entries(stream)] == ["sha256", "sha256"]
        assert Stream.objects.get(key=stream + "x").algorithm == "sm3"
        assert verify(stream) is None

    def test_a_history_row_is_proved_by_the_digest_taken_of_it(self, by, client_model, noted, fang, stream):
        client = client_model.objects.create(city="上海", person_key=keys.create_key())
        client.seal(name="张三")
        client.save()
        append(stream, Fact(noted, changed=[client]), actor=fang)
        by(HASH="sm3")

        assert verify(stream, history=True) is None
        row = client.history.latest()
        assert digest_of_row(row).startswith("sm3:")
        assert digest_of_row(row, "sha256") == entries(stream).get().changed[-1]["history"]

    def test_postgresql_takes_an_sm3_entry_only_where_it_follows(self, by, tell, stream):
        by(HASH="sm3")
        tell(stream, 2)
        last = entries(stream).last()
        body = last.body.replace('"number":2', '"number":3')
        right = chain(last.hash, body, "sm3")
        for previous, told, why in (
            (last.previous, right, "not the next"),
            (last.hash, "sha256:" + right[4:], "does not carry"),
            (last.hash, right[:-1], "does not carry"),
            ("sha256:" + last.hash[4:], right, "does not carry"),
        ):
            last.pk, last.number, last.previous, last.hash, last.body = None, 3, previous, told, body
            last._state.adding = True
            with pytest.raises(IntegrityError, match=why), transaction.atomic():
                last.save()
            last = entries(stream).last()
        refused = pytest.raises(IntegrityError, match="does not carry")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO record_entry SELECT nextval('record_entry_id_seq'), stream, 3, kind, happened_at,"
                " recorded_at, actor_number, actor_name, actor_role, for_whom, hash, %s, %s, 'md5'"
                " FROM record_entry WHERE id = %s",
                [body, right, last.pk],
            )

    def test_an_sm3_entry_that_was_altered_is_seen(self, by, tell, stream, tampering):
        by(HASH="sm3")
        tell(stream, 3)
        with tampering() as cursor:
            cursor.execute("UPDATE record_entry SET body = replace(body, '\"what\":1', '\"what\":7') WHERE number = 2")

        assert (verify(stream).number, verify(stream).what) == (2, "altered")


class TestChoosing:
    @pytest.mark.parametrize("setting", ["HASH", "CIPHER", "SIGNATURE"])
    def test_one_that_is_not_registered_is_refused_by_name(self, by, setting):
        by(**{setting: "rot13"})

        (found,) = checks.algorithms_chosen(None)
        assert (found.id, setting in str(found)) == ("record.E003", True)

    def test_a_retired_one_verifies_and_writes_nothing_new(self, by, monkeypatch):
        old = algorithms.Hash("old", algorithms.HASHES["sha256"].of, retired=True)
        monkeypatch.setitem(algorithms.HASHES, "old", old)
        by(HASH="old")

        assert chain("old:00", "x", "old").startswith("old:")
        for write in (algorithms.hash_now, lambda: algorithms.digest(b""), lambda: commitment(b"", "")):
            with pytest.raises(ImproperlyConfigured, match="sha256"):
                write()

    def test_a_plug_in_adds_a_signature(self, by, monkeypatch):
        toy = algorithms.Signature("toy", lambda key, data: key + data, lambda key, s, data: s == key + data, bytes)
        monkeypatch.setitem(algorithms.SIGNATURES, "toy", toy)
        by(SIGNATURE="toy")

        assert algorithms.signature_now() is toy
        assert checks.algorithms_chosen(None) == []

    def test_ed25519_is_that_of_rfc_8032(self):
        # RFC 8032, section 7.1, test 2
        private = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
        ed25519 = algorithms.SIGNATURES["ed25519"]
        signature = ed25519.sign(private, b"\x72")

        public = ed25519.public(private)
        assert public.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
        assert signature.hex().startswith("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da")
        assert ed25519.holds(public, signature, b"\x72")
        assert not ed25519.holds(public, signature, b"\x73")
        assert not ed25519.holds(b"short", signature, b"\x72")


class TestKeyOfTheSeals:
    def test_without_one_the_check_says_what_to_do(self, by):
        by(SEAL_KEY="")

        with pytest.raises(NoSealKey, match="SEAL_KEY"):
            keyring.signing()
        assert [found.id for found in checks.seals_possible(None)] == ["record.E004"]

    def test_a_file_may_hold_it(self, by, tmp_path):
        path = tmp_path / "key"
        path.write_text(f"s1:{base64.b64encode(b's' * 32).decode()}\n")
        by(SEAL_KEY="", SEAL_KEY_FILE=str(path))

        assert keyring.signing() == ("s1", b"s" * 32)
        path.unlink()
        with pytest.raises(NoSealKey, match="SEAL_KEY_FILE"):
            keyring.signing()

    def test_a_place_outside_the_database_is_asked_for(self, by):
        by(SEAL_FILE="", SEAL_URL="")

        assert [found.id for found in checks.seals_possible(None)] == ["record.E005"]
