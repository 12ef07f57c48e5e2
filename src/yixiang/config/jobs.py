"""Jobs about jobs: what a killed worker left behind is taken up again."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

STALLED_AFTER = 60  # seconds without a heartbeat; a living worker sends one every ten


@app.periodic(cron="* * * * *")
@app.task(name="config.retry_stalled", queue="upkeep", queueing_lock="config.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> int:
    """Jobs re-read and are safe to run twice, so taking one up again is always right."""
    manager = context.app.job_manager
    stalled = list(await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER))
    for job in stalled:
        await manager.retry_job(job)
    await manager.prune_stalled_workers(STALLED_AFTER * 10)
    return len(stalled)
