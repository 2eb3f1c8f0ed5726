using System;

namespace Kioto;

/// <summary>How an awaiter that <c>ConfigureAwait</c> made is given the wake of a task, chosen once per awaiter type.</summary>
/// <typeparam name="TAwaiter">The type of the awaiter.</typeparam>
/// <remarks>
/// <c>ConfigureAwait(false)</c> asks .NET not to look at the synchronization context, and so not at ours, which lets
/// the wake run on whoever completes: the wake would go to the .NET thread pool whenever the completer has a context
/// (every worker has one) or completes asynchronously. An async Future method goes on where its task lives in any
/// case, so what is inside the awaiter is asked instead, as if it had not been configured.
/// </remarks>
internal static class ConfiguredAwait<TAwaiter>
{
    /// <summary>Gives the awaiter the continuation; null when it is none of these, and <c>UnsafeOnCompleted</c> is to do it.</summary>
    internal static readonly RegisterWake? Register = ConfiguredAwait.Find<TAwaiter>();

    /// <summary>Gives an awaiter the continuation, under the current synchronization context.</summary>
    /// <param name="awaiter">The awaiter, not completed.</param>
    /// <param name="continuation">A task's wake.</param>
    internal delegate void RegisterWake(ref TAwaiter awaiter, Action continuation);
}
