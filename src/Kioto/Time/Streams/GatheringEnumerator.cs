using System;
using Kioto.Streams;

namespace Kioto;

/// <summary>Gathers items until their time is over, and gives them then.</summary>
/// <remarks>What it has gathered outlives a step that is cancelled, and a failure of the source, which comes after it.</remarks>
/// <typeparam name="T">The type of the items.</typeparam>
/// <typeparam name="TGiven">The type of what is given.</typeparam>
internal abstract class GatheringEnumerator<T, TGiven>(TimedSource<T> source, TimeSpan duration) : FutureEnumerator<TGiven>
{
    private readonly Sleep _limit = new(duration);
    private StreamFailure _failure;
    private bool _ended;

    /// <summary>Whether nothing is gathered.</summary>
    private protected abstract bool IsEmpty { get; }

    public sealed override async Future<bool> MoveNextAsync()
    {
        _failure.Throw();
        while (!_ended)
        {
            switch (IsEmpty ? await source.NextAsync() : await source.NextBeforeAsync(_limit))
            {
                case TimedStep.Item:
                    switch (Gather(source.Current))
                    {
                        case Gathered.Full:
                            return Give();
                        case Gathered.TimeBegins:
                            _limit.Reset(duration);
                            break;
                        default:
                            break;
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
            if (!IsEmpty)
            {
                return Give();
            }

            _failure.Throw();
        }

        return false;
    }

    public sealed override Future DisposeAsync()
    {
        _failure.Report();
        return source.DisposeAsync();
    }

    /// <summary>Takes an item in.</summary>
    /// <param name="item">The item.</param>
    /// <returns>What follows.</returns>
    private protected abstract Gathered Gather(T item);

    /// <summary>Takes out what is gathered.</summary>
    /// <returns>What is to be given.</returns>
    private protected abstract TGiven TakeOut();

    private bool Give()
    {
        Current = TakeOut();
        return true;
    }
}
