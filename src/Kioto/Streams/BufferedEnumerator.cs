using System;
using System.Runtime.ExceptionServices;

namespace Kioto.Streams;

/// <summary>Pulls elements while there is room, and polls their futures and the pull side by side.</summary>
internal sealed class BufferedEnumerator<TSource, T>(
    SourceReader<TSource> source, int limit, Func<TSource, Future<T>> selector, bool ordered) : FutureEnumerator<T>
{
    // What marks the pull among the children of the set; the others are marked with their number.
    private const int Pull = -1;

    private readonly FutureSetCore<T> _set = new();
    private readonly ReorderBuffer<T>? _results = ordered ? new() : null;
    private ExceptionDispatchInfo? _sourceError;
    private int _next;
    private int _inFlight;
    private bool _pulling;
    private bool _pulled;
    private bool _ended;

    public override async Future<bool> MoveNextAsync()
    {
        while (true)
        {
            if (_results is not null && _results.TryTake(out FutureOutcome<T> first))
            {
                _inFlight--;
                return await Deliver(first);
            }

            if (!_ended && !_pulling && _inFlight < limit)
            {
                _pulling = true;
                _set.Add(PullAsync(), Pull);
            }

            SetItem<T> item = await FutureSetLeaf<T>.Next(_set);
            if (!item.HasOutcome)
            {
                ExceptionDispatchInfo? error = _sourceError;
                _sourceError = null;
                return error is not null && await Fail(error);
            }

            if (item.Tag != Pull)
            {
                if (_results is null)
                {
                    _inFlight--;
                    return await Deliver(item.Outcome);
                }

                _results.Put(item.Tag, item.Outcome);
            }
            else if (TakePull(item.Outcome) is { } error)
            {
                return await Fail(error);
            }
        }
    }

    public override async Future DisposeAsync()
    {
        _ended = true;
        source.Stop();
        await FutureSetLeaf<T>.CancelAll(_set);
        _results?.Clear();
        await source.DisposeAsync();
    }

    private async Future<bool> Deliver(FutureOutcome<T> outcome)
    {
        if (outcome.Error is { } error)
        {
            return await Fail(error);
        }

        Current = outcome.Get();
        return true;
    }

    private async Future<bool> Fail(ExceptionDispatchInfo error)
    {
        await DisposeAsync();
        error.Throw();
        return false;
    }

    private async Future<T> PullAsync()
    {
        _pulled = await source.MoveNextAsync();
        return default!;
    }

    // Returns a failure that is to be thrown at once.
    private ExceptionDispatchInfo? TakePull(FutureOutcome<T> outcome)
    {
        _pulling = false;
        if (outcome.Error is { } error)
        {
            // In order: the results of the elements before it come first.
            _ended = true;
            _sourceError = _results is null ? null : error;
            return _results is null ? error : null;
        }

        if (!_pulled)
        {
            _ended = true;
            return null;
        }

        _inFlight++;
        int number = _next++ & int.MaxValue;
        try
        {
            _set.Add(selector(source.Current), number);
        }
        catch (Exception exception)
        {
            _set.Add(Future.FromException<T>(exception), number);
        }

        return null;
    }
}
