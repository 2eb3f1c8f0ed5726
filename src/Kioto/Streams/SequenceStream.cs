using System.Collections.Generic;
using System.Threading;

namespace Kioto.Streams;

/// <summary>The elements of a plain sequence, each of which costs of the task's budget.</summary>
/// <param name="source">The sequence.</param>
internal sealed class SequenceStream<T>(IEnumerable<T> source) : FutureStream<T>
{
    protected override FutureEnumerator<T> Enumerate(CancellationToken cancellationToken) =>
        new Enumerator(source);

    private sealed class Enumerator(IEnumerable<T> source) : FutureEnumerator<T>
    {
        private IEnumerator<T>? _elements;
        private bool _ended;

        public override async Future<bool> MoveNextAsync()
        {
            if (!Ambient.Current.TrySpend())
            {
                await Kio.YieldNow();
            }

            if (_ended || !(_elements ??= source.GetEnumerator()).MoveNext())
            {
                _ended = true;
                return false;
            }

            Current = _elements.Current;
            return true;
        }

        public override Future DisposeAsync()
        {
            _ended = true;
            _elements?.Dispose();
            return Future.Completed;
        }
    }
}
