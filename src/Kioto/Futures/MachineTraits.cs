using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto;

/// <summary>What cancelling must know of the compiler's state machines.</summary>
internal static class MachineTraits
{
    /// <summary>The fields in which a state machine keeps its awaiters must survive trimming.</summary>
    internal const DynamicallyAccessedMemberTypes Fields =
        DynamicallyAccessedMemberTypes.PublicFields | DynamicallyAccessedMemberTypes.NonPublicFields;

    /// <summary>Whether frames without cleanup are thrown through as well: for tests, and to see where a cancel landed.</summary>
    internal static bool AlwaysThrow { get; set; } =
        AppContext.TryGetSwitch("Kioto.AlwaysThrowCancellation", out bool set) && set;
}
