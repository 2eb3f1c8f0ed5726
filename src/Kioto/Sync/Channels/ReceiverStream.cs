using System.Threading;

namespace Kioto.Sync;

/// <summary>A receiver as a stream.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="receiver">The receiver.</param>
internal sealed class ReceiverStream<T>(IReceiver<T> receiver) : FutureStream<T>
{
    public override FutureEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        new RecvEnumerator<T>(receiver);
}
