using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using Kioto.Streams;

namespace Kioto;

/// <summary>A sequence, and the item that is asked for of it: one can wait for it a while, and then again.</summary>
/// <remarks>Cancelling a wait takes nothing: the question stays, and so does the item when it comes.</remarks>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class TimedSource<T>
{
    private readonly SourceReader<T> _reader;
    private readonly ReusableFuture<bool> _step = new();

    internal TimedSource(IAsyncEnumerable<T> source, CancellationToken token) => _reader = new SourceReader<T>(source, token);

    internal T Current => _reader.Current;

    /// <summary>What the sequence has failed with, once a step said so.</summary>
    internal ExceptionDispatchInfo? Failure { get; private set; }

    /// <summary>Waits for the next item. Cancel safe.</summary>
    /// <returns>Anything but Late.</returns>
    internal Future<TimedStep> NextAsync() => ItemOrTimeLeaf<T>.Await(this, null);

    /// <summary>Waits for the next item, or for a time. Cancel safe.</summary>
    /// <param name="limit">How long.</param>
    /// <returns>What came first; an item that is there is never too late.</returns>
    internal Future<TimedStep> NextBeforeAsync(Sleep limit) => ItemOrTimeLeaf<T>.Await(this, limit);

    /// <summary>What a step comes to that brought neither an item nor the news that it is late.</summary>
    /// <param name="step">End, or Failed: then the failure is thrown.</param>
    /// <returns>False: there is no element.</returns>
    internal bool End(TimedStep step)
    {
        if (step == TimedStep.Failed)
        {
            Failure!.Throw();
        }

        return false;
    }

    /// <summary>Looks for the item that is asked for; asks for the next one if none is.</summary>
    /// <param name="context">Holds the waker.</param>
    /// <param name="step">What has come.</param>
    /// <returns>Whether something has.</returns>
    internal bool TryStep(ref PollContext context, out TimedStep step)
    {
        step = TimedStep.Failed;
        try
        {
            if (!_step.IsSet)
            {
                _step.Set(_reader.MoveNextAsync());
            }

            Poll<bool> poll = _step.Poll(ref context);
            if (!poll.IsReady)
            {
                return false;
            }

            step = poll.Value ? TimedStep.Item : TimedStep.End;
        }
        catch (Exception exception)
        {
            Failure = ExceptionDispatchInfo.Capture(exception);
        }

        return true;
    }

    /// <summary>Ends the enumeration. An item that a plain async iterator was asked for is waited for.</summary>
    /// <returns>The future to await.</returns>
    internal async Future DisposeAsync()
    {
        _reader.Stop();
        try
        {
            await _step.CancelAsync();
        }
        finally
        {
            await _reader.DisposeAsync();
        }
    }
}
