using System;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Kioto.Sync;

/// <summary>A receiver as a .NET channel reader: when it completes.</summary>
/// <remarks>
/// A read that leaves a closed channel empty completes it, and one that finds it so; and for who only awaits the
/// completion, whatever else leaves it so: the end, another that receives, a permit that is given back.
/// </remarks>
/// <typeparam name="T">The type of the values.</typeparam>
internal abstract class ReceiverReader<T> : ChannelReader<T>
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // INVARIANT: set once, by an exchange.
    private int _watching;

    public sealed override Task Completion
    {
        get
        {
            // ORDERING: once.
            if (!_completion.Task.IsCompleted && Interlocked.Exchange(ref _watching, 1) == 0)
            {
                _ = WatchAsync();
            }

            return _completion.Task;
        }
    }

    public sealed override bool CanCount => true;

    public sealed override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (await ReadableAsync(cancellationToken))
        {
            return true;
        }

        CompleteIfDrained();
        AdapterErrors.ThrowIfFailed(Failure);
        return false;
    }

    public sealed override async ValueTask<T> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            if (TryRead(out T? item))
            {
                return item;
            }

            if (!await ReadableAsync(cancellationToken))
            {
                CompleteIfDrained();
                AdapterErrors.ThrowClosed(Failure);
            }
        }
    }

    /// <summary>What a writer was completed with, or null.</summary>
    private protected abstract Exception? Failure { get; }

    /// <summary>Whether the channel is closed and nothing will come.</summary>
    private protected abstract bool IsDrained { get; }

    /// <summary>Waits until there is something to read, and leaves it there.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>False when nothing will come.</returns>
    private protected abstract ValueTask<bool> ReadableAsync(CancellationToken cancellationToken);

    /// <summary>Waits until nothing will come.</summary>
    /// <returns>The future.</returns>
    private protected abstract Future OverAsync();

    private protected void CompleteIfDrained()
    {
        if (IsDrained && !_completion.Task.IsCompleted)
        {
            AdapterErrors.Complete(_completion, Failure);
        }
    }

    private async Task WatchAsync()
    {
        await OverAsync();
        CompleteIfDrained();
    }
}
