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
    private StreamFailure _failure;
    private int _next;
    private int _inFlight;
    private bool _pulling;
    private bool _pulled;
    private bool _ended;

    public override async Future<bool> MoveNextAsync()
    {
        if (_failure.IsSet)
        {
            return await Fail();
        }

        while (true)
        {
            if (_results is not null && _results.TryTake(out FutureOutcome<T> first))
            {
                _inFlight--;
                return TryDeliver(first) || await Fail();
            }

            if (!_ended && !_pulling && _inFlight < limit)
            {
                _pulling = true;
                _set.Add(PullAsync(), Pull);
            }

            SetItem<T> item = await FutureSetLeaf<T>.Next(_set);
            if (!item.HasOutcome)
            {
                return TakeSourceError() && await Fail();
            }

            if (item.Tag != Pull)
            {
                if (_results is null)
                {
                    _inFlight--;
                    return TryDeliver(item.Outcome) || await Fail();
                }

                _results.Put(item.Tag, item.Outcome);
            }
            else if (!TryTakePull(item.Outcome))
            {
                return await Fail();
            }
        }
    }

    public override async Future DisposeAsync()
    {
        _failure.Report();
        await EndAll();
    }

    private async Future EndAll()
    {
        if (TakeSourceError())
        {
            _failure.Report();
        }

        _ended = true;
        source.Stop();
        await FutureSetLeaf<T>.CancelAll(_set);
        while (_results is not null && _results.TryTakeAny(out FutureOutcome<T> outcome))
        {
            FutureSetLeaf<T>.Report(Ambient.Current, outcome);
        }

        await source.DisposeAsync();
    }

    private bool TryDeliver(FutureOutcome<T> outcome)
    {
        if (outcome.Error is { } error)
        {
            _failure.Set(error);
            return false;
        }

        Current = outcome.Get();
        return true;
    }

    private async Future<bool> Fail()
    {
        await Cleanup.AfterFailure(EndAll());
        _failure.Throw();
        return false;
    }

    private bool TakeSourceError()
    {
        if (_sourceError is not { } error)
        {
            return false;
        }

        _sourceError = null;
        _failure.Set(error);
        return true;
    }

    private async Future<T> PullAsync()
    {
        _pulled = await source.MoveNextAsync();
        return default!;
    }

    // Returns false for a failure that is to be thrown at once.
    private bool TryTakePull(FutureOutcome<T> outcome)
    {
        _pulling = false;
        if (outcome.Error is { } error)
        {
            // In order: the results of the elements before it come first.
            _ended = true;
            if (_results is null)
            {
                _failure.Set(error);
                return false;
            }

            _sourceError = error;
            return true;
        }

        if (!_pulled)
        {
            _ended = true;
            return true;
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

        return true;
    }
}
