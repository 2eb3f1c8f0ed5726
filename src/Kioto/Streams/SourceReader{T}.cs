using System.Collections.Generic;
using System.Threading;

namespace Kioto.Streams;

/// <summary>Reads any asynchronous sequence by futures: Kioto's own directly, others through their interface.</summary>
/// <remarks>
/// A plain async iterator can't be unwound from outside: it is asked to stop through its token, and waited for.
/// Kioto's own are cancelled by cancelling the strand that awaits their step.
/// </remarks>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed class SourceReader<T>
{
    private readonly IAsyncEnumerable<T> _source;
    private readonly CancellationToken _callersToken;
    private IFutureEnumerator<T>? _own;
    private IAsyncEnumerator<T>? _foreign;
    private CancellationTokenSource? _stop;
    private bool _disposed;

    internal SourceReader(IAsyncEnumerable<T> source, CancellationToken token)
    {
        _source = source;
        _callersToken = token;
    }

    internal T Current => _own is { } own ? own.Current : _foreign!.Current;

    /// <summary>Makes one step; the first one begins the enumeration.</summary>
    /// <returns>Whether there is an element.</returns>
    internal async Future<bool> MoveNextAsync()
    {
        if (_own is null && _foreign is null)
        {
            Begin();
        }

        if (_own is { } own)
        {
            return await (_callersToken.CanBeCanceled ? StepUntilCancelled(own) : own.MoveNextAsync());
        }

        // A sequence of .NET that is always ready would never let others have a turn.
        if (!Ambient.Current.TrySpend())
        {
            await Kio.YieldNow();
        }

        return await _foreign!.MoveNextAsync();
    }

    /// <summary>Asks a plain async iterator to end its step. Call it before cancelling who awaits the step.</summary>
    internal void Stop()
    {
        if (_disposed)
        {
            return;
        }

        try
        {
            _stop?.Cancel();
        }
        catch (System.AggregateException exception)
        {
            // A callback on the token failed: the clean-up must go on, but not in silence.
            LostFailure.Report(exception, Ambient.Current);
        }
    }

    /// <summary>Ends the enumeration. No step may be in progress. Idempotent.</summary>
    /// <returns>The future to await.</returns>
    internal async Future DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        try
        {
            if (_own is { } own)
            {
                await own.DisposeAsync();
            }
            else if (_foreign is { } foreign)
            {
                await foreign.DisposeAsync();
            }
        }
        finally
        {
            _stop?.Dispose();
        }
    }

    // A token ends it as it ends an iterator of .NET that heeds it: by a failure of the sequence.
    private async Future<bool> StepUntilCancelled(IFutureEnumerator<T> own)
    {
        _callersToken.ThrowIfCancellationRequested();
        return await own.MoveNextAsync().WithCancellation(_callersToken);
    }

    private void Begin()
    {
        switch (_source)
        {
            case IFutureEnumerable<T> own:
                _own = own.GetFutureEnumerator(_callersToken);
                break;
            default:
                _stop = CancellationTokenSource.CreateLinkedTokenSource(_callersToken);
                _foreign = _source.GetAsyncEnumerator(_stop.Token);
                break;
        }
    }
}
