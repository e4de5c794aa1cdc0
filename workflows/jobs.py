"""Background work on a schedule. Every job is safe to run twice, in several workers, and to be killed anywhere."""

from procrastinate.contrib.django import app

from accounts.actions import drafts
from cases.actions import erasing, exports
from cases.exports.run import run_next
from record import nightly, seal_copies, seal_keys, seals
from record.journal import system

from .verbs.asides import ask_about_stops
from .verbs.orders import deliver_orders
from .verbs.sweeps import purge_notices, sweep_deadlines


@app.periodic(cron="* * * * * */5")
@app.task(queue="orders", queueing_lock="deliver_orders", pass_context=False)
def deliver(timestamp: int = 0) -> None:
    """Send and ask about orders until none is due."""
    while deliver_orders():
        continue


@app.periodic(cron="* * * * * */30")
@app.task(queue="sweep", queueing_lock="sweep_deadlines", pass_context=False)
def sweep(timestamp: int = 0) -> None:
    """Sound the alarms that are due."""
    while sweep_deadlines():
        continue


@app.periodic(cron="7 * * * *")
@app.task(queue="sweep", queueing_lock="ask_about_stops", pass_context=False)
def ask_stops(timestamp: int = 0) -> None:
    """Ask the card system about stops in force, each once a day."""
    while ask_about_stops():
        continue


@app.periodic(cron="10 2 * * *")
@app.task(queue="nightly", queueing_lock="seal_journal", pass_context=False)
def seal_journal(timestamp: int = 0) -> None:
    """Seal what was written since the last seal; a new key that signs is told first."""
    seal_keys.tell_new(system("nightly seal"))
    seals.seal()


@app.periodic(cron="20 * * * *")
@app.task(queue="nightly", queueing_lock="copy_seals", pass_context=False)
def copy_seals(timestamp: int = 0) -> None:
    """Copy seals outside the database; what fails is tried again in an hour and shown to administrators."""
    seal_copies.make()


@app.periodic(cron="40 2 * * *")
@app.task(queue="nightly", queueing_lock="verify_journal", lock="verify_journal", pass_context=False)
def verify_journal(timestamp: int = 0) -> None:
    """Verify what grew and a share of the rest, and keep what was found."""
    nightly.verify()


@app.periodic(cron="50 3 * * *")
@app.task(queue="sweep", queueing_lock="purge_drafts", pass_context=False)
def purge_old_drafts(timestamp: int = 0) -> None:
    """Delete drafts nobody came back to."""
    while drafts.purge():
        continue


@app.periodic(cron="40 3 * * *")
@app.task(queue="sweep", queueing_lock="purge_notices", pass_context=False)
def purge(timestamp: int = 0) -> None:
    """Delete notices that are no news any more."""
    while purge_notices():
        continue


@app.periodic(cron="* * * * * */5")
@app.task(queue="exports", queueing_lock="make_exports", lock="make_exports", pass_context=False)
def make_exports(timestamp: int = 0) -> None:
    """Make exports that wait, one after the other: never two of them beside each other in the way of orders."""
    while run_next():
        continue


@app.periodic(cron="15 * * * *")
@app.task(queue="sweep", queueing_lock="expire_exports", pass_context=False)
def expire_exports(timestamp: int = 0) -> None:
    """Delete files of exports whose time is over."""
    while exports.expire():
        continue


@app.periodic(cron="* * * * * */10")
@app.task(queue="sweep", queueing_lock="erase", pass_context=False)
def erase(timestamp: int = 0) -> None:
    """Erase whom two people agreed on, one person a transaction."""
    while erasing.run():
        continue
