using System;
using System.Threading;

namespace Kioto.Streams;

/// <summary>A stream from a function of the next item.</summary>
internal sealed class FuncStream<T>(Func<Future<StreamItem<T>>> next) : FutureStream<T>
{
    protected override FutureEnumerator<T> Enumerate(CancellationToken cancellationToken) => new Enumerator(next);

    private sealed class Enumerator(Func<Future<StreamItem<T>>> next) : FutureEnumerator<T>
    {
        private bool _ended;

        public override async Future<bool> MoveNextAsync()
        {
            if (_ended)
            {
                return false;
            }

            StreamItem<T> item = await next();
            if (!item.HasValue)
            {
                _ended = true;
                return false;
            }

            Current = item.Value;
            return true;
        }

        public override Future DisposeAsync()
        {
            _ended = true;
            return Future.Completed;
        }
    }
}
