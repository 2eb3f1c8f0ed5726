using System;

namespace Kioto;

/// <summary>A bounded pool for blocking closures has no place free. Wait for one with the Async form of the method.</summary>
public sealed class BlockingQueueFullException : InvalidOperationException
{
    /// <summary>Makes one with the usual message.</summary>
    public BlockingQueueFullException()
        : base("The blocking pool has no place free.")
    {
    }

    /// <summary>Makes one with a message.</summary>
    /// <param name="message">Which pool is full, and what to do.</param>
    public BlockingQueueFullException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a message and a cause.</summary>
    /// <param name="message">Which pool is full, and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public BlockingQueueFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal BlockingQueueFullException(string pool, int threads, int queue)
        : base(
            $"The blocking pool \"{pool}\" is full: its {threads} thread(s) are busy and {queue} closure(s) wait, as many as " +
            "may. Await SpawnBlockingAsync (of a named pool: SpawnAsync), which waits for room, or make the queue longer with " +
            (pool == BlockingPoolOptions.DefaultName ? "MaxBlockingQueue." : "RuntimeBuilder.BlockingPool."))
    {
    }
}
