namespace Kioto;

/// <summary>An awaiter that our method builders link into the strand instead of handing it a delegate.</summary>
internal interface IFutureAwaiter
{
    /// <summary>Links what was found incomplete to the frame that awaits it.</summary>
    /// <param name="awaiting">The suspending frame.</param>
    /// <param name="strand">The strand that is being polled.</param>
    void Attach(FutureSource awaiting, Strand strand);
}
