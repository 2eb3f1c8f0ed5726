using System.Threading;

namespace Kioto.Sync;

/// <summary>The current value of a watch channel, then each one that it changes to.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="receiver">The receiver.</param>
internal sealed class WatchStream<T>(WatchReceiver<T> receiver) : FutureStream<T>
{
    protected override FutureEnumerator<T> Enumerate(CancellationToken cancellationToken) =>
        new Enumerator(receiver);

    private sealed class Enumerator(WatchReceiver<T> receiver) : FutureEnumerator<T>
    {
        private readonly RecvEnumerator<T> _changes = receiver.GetAsyncEnumerator();
        private bool _begun;

        public override async Future<bool> MoveNextAsync()
        {
            if (!_begun)
            {
                _begun = true;
                Current = receiver.BorrowAndUpdate();
                return true;
            }

            if (!await _changes.MoveNextAsync())
            {
                return false;
            }

            Current = _changes.Current;
            return true;
        }

        public override Future DisposeAsync() => _changes.DisposeAsync();
    }
}
