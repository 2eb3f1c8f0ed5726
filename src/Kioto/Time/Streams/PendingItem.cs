using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Kioto;

/// <summary>A stream of .NET, and the item that is awaited of it: one can wait for it a while, and then again.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class PendingItem<T> : IAsyncDisposable
{
    private readonly CancellationTokenSource _end;
    private readonly IAsyncEnumerator<T> _source;
    private readonly Action _wake;
    private Task<bool>? _next;

    // INVARIANT: as in TaskLeaf; the task's own completion is the flag.
    private WakeTarget? _target;

    internal PendingItem(IAsyncEnumerable<T> source, CancellationToken token)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(token);
        _source = source.GetAsyncEnumerator(_end.Token);
        _wake = () => Volatile.Read(ref _target)?.Wake(); // ORDERING: after the task's completion; see Poll.
    }

    internal T Current => _source.Current;

    /// <summary>Asks for the next item, unless one is asked for.</summary>
    internal void Ask()
    {
        if (_next is null)
        {
            _next = _source.MoveNextAsync().AsTask();
            if (!_next.IsCompleted)
            {
                using (InlineWakeContext.Enter())
                {
                    _next.ConfigureAwait(true).GetAwaiter().UnsafeOnCompleted(_wake);
                }
            }
        }
    }

    /// <summary>Waits for the item that was asked for, or for a time.</summary>
    /// <param name="limit">How long.</param>
    /// <returns>Whether the item, or the stream's end, has come; <see cref="TakeAsync"/> says which.</returns>
    internal Future<bool> ComesBefore(Sleep limit) => ItemOrTimeLeaf<T>.Await(this, limit);

    /// <summary>Takes note of the item, waiting for it if need be.</summary>
    /// <returns>False at the stream's end.</returns>
    internal Task<bool> TakeAsync()
    {
        Ask();
        Task<bool> next = _next!;
        _next = null;
        return next;
    }

    /// <summary>Whether the item has come; if not, whom to wake when it does.</summary>
    /// <param name="target">Whom.</param>
    /// <returns>True when it has come.</returns>
    internal bool Poll(WakeTarget target)
    {
        // ORDERING: full fence between writing the target and reading the task's state; pairs with the task's
        // completion, which comes before its continuation reads the target.
        Interlocked.Exchange(ref _target, target);
        return _next!.IsCompleted;
    }

    /// <summary>Ends the stream; an item that is asked for is waited for, because nobody may dispose before.</summary>
    /// <returns>When it has ended.</returns>
    public async ValueTask DisposeAsync()
    {
        if (_next is { } next)
        {
            await _end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        await _source.DisposeAsync();
        _end.Dispose();
    }
}
