namespace Kioto.Sync;

/// <summary>Receives from a broadcast channel, where a lag is an item like any other.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="receiver">The receiver.</param>
internal sealed class BroadcastReceives<T>(BroadcastReceiver<T> receiver) : IReceiver<BroadcastRecvResult<T>>
{
    public async Future<RecvResult<BroadcastRecvResult<T>>> RecvAsync()
    {
        BroadcastRecvResult<T> result = await receiver.RecvAsync();
        return result.IsClosed ? default : new RecvResult<BroadcastRecvResult<T>>(result);
    }
}
