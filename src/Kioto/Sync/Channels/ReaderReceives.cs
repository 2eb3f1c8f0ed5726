using System.Threading.Channels;

namespace Kioto.Sync;

/// <summary>Receives from a .NET channel.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
/// <param name="reader">The reader.</param>
internal sealed class ReaderReceives<T>(ChannelReader<T> reader) : IReceiver<T>
{
    public Future<RecvResult<T>> RecvAsync() => reader.RecvAsync();
}
