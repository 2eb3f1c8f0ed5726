namespace Kioto.Sync;

/// <summary>What an enumerator receives from.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal interface IReceiver<T>
{
    /// <summary>Waits for the next value.</summary>
    /// <returns>The value, or closed.</returns>
    Future<RecvResult<T>> RecvAsync();
}
