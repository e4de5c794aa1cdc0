"""Housekeeping of the background queue itself, run by `manage.py worker`.

Every app's `jobs.py` is read at start; what moves complaints (deadlines, orders, messages) stands in workflows.jobs.
"""

from __future__ import annotations

import contextlib
import logging
from datetime import timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from record import clock

log = logging.getLogger(__name__)

# at least three times a worker's heartbeat of 10 s, or a healthy long job is started twice
STALLED_AFTER_SECONDS = 60
KEEP_DAYS = 30


@app.periodic(cron="* * * * *")
@app.task(queue="housekeeping", queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Queue again every job whose worker was killed under it."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_SECONDS):
        log.warning("job %s (%s) lost its worker, queued again", job.id, job.task_name)
        with contextlib.suppress(ConnectorException):  # it ended meanwhile
            await manager.retry_job(job)


@app.periodic(cron="20 3 * * *")
@app.task(queue="housekeeping", queueing_lock="purge_jobs", pass_context=True)
async def purge_jobs(context: JobContext, timestamp: int) -> None:
    """Delete finished jobs after KEEP_DAYS."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEEP_DAYS * 24, include_failed=True, include_cancelled=True, include_aborted=True
    )


@app.periodic(cron="30 3 * * *")
@app.task(queue="housekeeping", queueing_lock="purge_work_tables")
def purge_work_tables(timestamp: int) -> None:
    """Delete log-in attempts after KEEP_DAYS and sessions that have ended. They are no record of anything."""
    now = clock.now()
    Session.objects.filter(expire_date__lt=now).delete()
    for model in (AccessAttempt, AccessLog):
        model.objects.filter(attempt_time__lt=now - timedelta(days=KEEP_DAYS)).delete()
