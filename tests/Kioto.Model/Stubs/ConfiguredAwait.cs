using System;

namespace Kioto;

/// <summary>The models' awaiters are never configured.</summary>
/// <typeparam name="TAwaiter">The type of the awaiter.</typeparam>
internal static class ConfiguredAwait<TAwaiter>
{
    internal delegate void RegisterWake(ref TAwaiter awaiter, Action continuation);

    internal static RegisterWake? Register => null;
}
