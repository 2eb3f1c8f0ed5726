using System.Runtime.InteropServices;
using System.Threading;

namespace Kioto;

/// <summary>What a worker counts of itself. A mutable struct that is never copied: a field of what the worker owns.</summary>
/// <remarks>
/// INVARIANT, ONE WRITER: who holds the worker's core, by plain additions. Others read at any time. All only grow, but
/// <see cref="MeanPollNanos"/>. It fills cache lines of its own, so that nobody else's writes slow the worker's.
/// </remarks>
[StructLayout(LayoutKind.Explicit, Size = 256)]
internal struct WorkerCounters
{
    /// <summary>Tokio's weight of a sample of the mean.</summary>
    private const double Weight = 0.1;

    /// <summary>Polls that have begun: tasks, and callbacks that Task-based code has posted.</summary>
    [FieldOffset(64)]
    internal long Polls;

    /// <summary>Tasks put into the worker's own queue.</summary>
    [FieldOffset(72)]
    internal long Pushes;

    /// <summary>Of a worker with a list: of these, those that it moved there from the shared queue.</summary>
    [FieldOffset(80)]
    internal long Moved;

    /// <summary>Of a worker with a list: tasks that it polled, or dropped, that were not in it, less those it dropped from it.</summary>
    [FieldOffset(88)]
    internal long Direct;

    /// <summary>Tasks that went to the shared queue because its own was full.</summary>
    [FieldOffset(96)]
    internal long Overflows;

    [FieldOffset(104)]
    internal long Steals;

    [FieldOffset(112)]
    internal long StealOperations;

    /// <summary>How often it has gone to sleep and woken up: odd while it sleeps.</summary>
    [FieldOffset(120)]
    internal long ParkUnparks;

    /// <summary>How often it has gone to sleep without having polled anything since it woke up.</summary>
    [FieldOffset(128)]
    internal long Noops;

    [FieldOffset(136)]
    internal BusyClock Busy;

    /// <summary>A mean of the time that a poll takes, of late.</summary>
    [FieldOffset(152)]
    internal long MeanPollNanos;

    /// <summary>The managed id of the thread that ran it last; 0 before the first.</summary>
    [FieldOffset(160)]
    internal int ThreadId;

    /// <summary>Tasks put into the queue of the background class by the worker itself.</summary>
    [FieldOffset(192)]
    internal long Background;

    // Number of polls, plus one, when it last went to sleep; 0 before.
    [FieldOffset(168)]
    private long _pollsAtPark;

    // When the polls began whose mean is taken next, and the number before them; 0 when no time is measured.
    [FieldOffset(176)]
    private long _batchStart;

    [FieldOffset(184)]
    private long _batchPolls;

    /// <summary>A thread begins to run the worker.</summary>
    /// <param name="timed">Whether times are measured.</param>
    internal void Begin(bool timed)
    {
        ThreadId = System.Environment.CurrentManagedThreadId;
        if (timed)
        {
            StartBatch(Clock.Now);
        }
    }

    /// <summary>A thread ceases to run the worker, and no other one follows at once.</summary>
    internal void End()
    {
        if (_batchStart != 0)
        {
            EndBatch(Clock.Now);
        }
    }

    /// <summary>The worker has been running for a while: starts to measure, or takes the mean of the latest polls.</summary>
    /// <param name="timed">Whether times are measured.</param>
    internal void Tick(bool timed)
    {
        if (timed)
        {
            long now = Clock.Now;
            TakeMean(now);
            StartBatch(now);
        }
    }

    /// <summary>What it has counted, but for its queue. Any thread.</summary>
    /// <param name="index">The worker's index.</param>
    /// <returns>The figures.</returns>
    internal WorkerMetrics Read(int index) => new()
    {
        // ORDERING: each for itself.
        Index = index,
        ThreadId = Volatile.Read(ref ThreadId),
        ParkUnparkCount = Volatile.Read(ref ParkUnparks),
        NoopCount = Volatile.Read(ref Noops),
        StealCount = Volatile.Read(ref Steals),
        StealOperations = Volatile.Read(ref StealOperations),
        PollCount = Volatile.Read(ref Polls),
        OverflowCount = Volatile.Read(ref Overflows),
        BusyDuration = System.TimeSpan.FromTicks(Busy.Read() / System.TimeSpan.NanosecondsPerTick),
        MeanPollTime = System.TimeSpan.FromTicks(Volatile.Read(ref MeanPollNanos) / System.TimeSpan.NanosecondsPerTick),
    };

    /// <summary>The worker goes to sleep.</summary>
    /// <param name="timed">Whether times are measured.</param>
    internal void Park(bool timed)
    {
        if (_pollsAtPark == Polls + 1)
        {
            Noops++;
        }

        _pollsAtPark = Polls + 1;
        if (timed)
        {
            EndBatch(Clock.Now);
        }

        ParkUnparks++;
    }

    /// <summary>The worker has woken up.</summary>
    /// <param name="timed">Whether times are measured.</param>
    internal void Unpark(bool timed)
    {
        ParkUnparks++;
        if (timed)
        {
            StartBatch(Clock.Now);
        }
    }

    private void StartBatch(long now)
    {
        Busy.Begin(now);
        _batchStart = now + 1;
        _batchPolls = Polls;
    }

    private void EndBatch(long now)
    {
        TakeMean(now);
        _batchStart = 0;
        Busy.End(now);
    }

    private void TakeMean(long now)
    {
        long polls = Polls - _batchPolls;
        if (_batchStart == 0 || polls == 0)
        {
            return;
        }

        // As if each poll had been a sample: that many weigh as one; the first are the mean.
        double weight = MeanPollNanos == 0 ? 1 : 1 - System.Math.Pow(1 - Weight, polls);
        double mean = (double)(now + 1 - _batchStart) / polls;
        MeanPollNanos = (long)((weight * mean) + ((1 - weight) * MeanPollNanos));
    }
}
