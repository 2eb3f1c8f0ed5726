using System;
using Kioto.Streams;

namespace Kioto;

/// <summary>Gives an item when it has been quiet after it. The one that it holds outlives a cancelled step and a failure.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class DebounceEnumerator<T>(TimedSource<T> source, TimeSpan duration) : FutureEnumerator<T>
{
    private readonly Sleep _quiet = new(duration);
    private T _latest = default!;
    private bool _holds;
    private StreamFailure _failure;
    private bool _ended;

    public override async Future<bool> MoveNextAsync()
    {
        _failure.Throw();
        while (!_ended)
        {
            switch (_holds ? await source.NextBeforeAsync(_quiet) : await source.NextAsync())
            {
                case TimedStep.Item:
                    _latest = source.Current;
                    _holds = true;
                    _quiet.Reset(duration);
                    continue;
                case TimedStep.Late:
                    return Give();
                case TimedStep.Failed:
                    _failure.Set(source.Failure!);
                    break;
                default:
                    break;
            }

            _ended = true;
            if (_holds)
            {
                return Give();
            }

            _failure.Throw();
        }

        return false;
    }

    public override Future DisposeAsync()
    {
        _failure.Report();
        return source.DisposeAsync();
    }

    private bool Give()
    {
        Current = _latest;
        _latest = default!;
        _holds = false;
        return true;
    }
}
