using System.Threading;
using System.Threading.Tasks;

namespace Kioto.Sync;

/// <summary>Receives with a .NET token, for the interface <c>IAsyncEnumerable</c>.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal static class CancellableReceive<T>
{
    internal static async Task<RecvResult<T>> Start(IReceiver<T> receiver, CancellationToken token)
    {
        token.ThrowIfCancellationRequested();
        return await Cancellable.Run(receiver.RecvAsync(), token);
    }
}
