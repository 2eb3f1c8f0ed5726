using System.Threading;

namespace Kioto.Streams;

/// <summary>A stream from a poll delegate.</summary>
internal sealed class PolledStream<T>(PollFunc<StreamItem<T>> poll) : FutureStream<T>
{
    protected override FutureEnumerator<T> Enumerate(CancellationToken cancellationToken) => new Enumerator(poll);

    private sealed class Enumerator(PollFunc<StreamItem<T>> poll) : FutureEnumerator<T>, IFuture<bool>
    {
        private bool _ended;

        public override Future<bool> MoveNextAsync() => this.AsFuture();

        public Poll<bool> Poll(ref PollContext context)
        {
            if (_ended)
            {
                return Poll<bool>.Ready(false);
            }

            Poll<StreamItem<T>> item = poll(ref context);
            if (item.IsPending)
            {
                return Poll<bool>.Pending;
            }

            if (!item.Value.HasValue)
            {
                _ended = true;
                return Poll<bool>.Ready(false);
            }

            Current = item.Value.Value;
            return Poll<bool>.Ready(true);
        }

        public override Future DisposeAsync()
        {
            _ended = true;
            return Future.Completed;
        }
    }
}
