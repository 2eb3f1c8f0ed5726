using System.Runtime.CompilerServices;
using ModelChecking;

namespace Kioto;

/// <summary>
/// What all instrumented operations have in common: outside a model they are the real thing, inside one the explorer
/// hears of them before they take effect, and the trace after.
/// </summary>
internal static class Operation
{
    /// <summary>Precedes a read-modify-write of the location.</summary>
    internal static ModelThread? BeforeAtomic<T>(ref T location)
    {
        ModelThread? thread = ModelThread.Current;
        thread?.Execution.BeforeAtomic(thread, ref Unsafe.As<T, byte>(ref location));
        return thread;
    }

    /// <summary>Follows an atomic operation that did change its location.</summary>
    internal static void Changed(ModelThread? thread)
    {
        if (thread is not null)
        {
            Execution.Progress(thread);
        }
    }

    /// <summary>Describes a location by the expression that the source under test has for it.</summary>
    internal static string Name<T>(ModelThread thread, ref T location, string expression)
    {
        Locations locations = thread.Execution.Locations;
        int id = locations.IdOf(ref Unsafe.As<T, byte>(ref location));
        if (locations.NameOf(id) is null)
        {
            locations.SetName(id, expression.StartsWith("ref ", System.StringComparison.Ordinal) ? expression[4..] : expression);
        }

        return Trace.Name(id, locations);
    }
}
