using System;
using System.Collections.Generic;
using Kioto.Streams;

namespace Kioto;

/// <summary>Gathers items into chunks. What it has gathered outlives a step that is cancelled, and a failure of the source.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class ChunksEnumerator<T>(TimedSource<T> source, int maxSize, TimeSpan duration) : FutureEnumerator<IReadOnlyList<T>>
{
    private readonly Sleep _limit = new(duration);
    private List<T> _chunk = [];
    private StreamFailure _failure;
    private bool _ended;

    public override async Future<bool> MoveNextAsync()
    {
        _failure.Throw();
        while (!_ended)
        {
            switch (_chunk.Count == 0 ? await source.NextAsync() : await source.NextBeforeAsync(_limit))
            {
                case TimedStep.Item:
                    _chunk.Add(source.Current);
                    if (_chunk.Count == maxSize)
                    {
                        return Give();
                    }

                    if (_chunk.Count == 1)
                    {
                        _limit.Reset(duration);
                    }

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
            if (_chunk.Count > 0)
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
        Current = _chunk;
        _chunk = [];
        return true;
    }
}
