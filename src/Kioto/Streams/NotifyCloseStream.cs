using System.Collections.Generic;
using System.Threading;

namespace Kioto.Streams;

/// <summary>A sequence whose end is an item.</summary>
internal sealed class NotifyCloseStream<T>(IAsyncEnumerable<T> source) : FutureStream<StreamItem<T>>
{
    protected override FutureEnumerator<StreamItem<T>> Enumerate(CancellationToken cancellationToken) =>
        new Enumerator(new SourceReader<T>(source, cancellationToken));

    private sealed class Enumerator(SourceReader<T> source) : FutureEnumerator<StreamItem<T>>
    {
        private bool _ended;

        public override async Future<bool> MoveNextAsync()
        {
            if (_ended)
            {
                return false;
            }

            if (await source.MoveNextAsync())
            {
                Current = StreamItem<T>.Of(source.Current);
            }
            else
            {
                _ended = true;
                Current = StreamItem<T>.End;
            }

            return true;
        }

        public override Future DisposeAsync()
        {
            _ended = true;
            return source.DisposeAsync();
        }
    }
}
