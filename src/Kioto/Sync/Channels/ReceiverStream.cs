using System.Threading;

namespace Kioto.Sync;

/// <summary>A receiver as a stream.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="receiver">The receiver.</param>
internal sealed class ReceiverStream<T>(IReceiver<T> receiver) : FutureStream<T>
{
    protected override FutureEnumerator<T> Enumerate(CancellationToken cancellationToken) =>
        new RecvEnumerator<T>(receiver);
}
