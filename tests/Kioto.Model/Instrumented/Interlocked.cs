using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using ModelChecking;
using Expr = System.Runtime.CompilerServices.CallerArgumentExpressionAttribute;
using Line = System.Runtime.CompilerServices.CallerLineNumberAttribute;
using Member = System.Runtime.CompilerServices.CallerMemberNameAttribute;
using Real = System.Threading.Interlocked;

namespace Kioto;

/// <summary>
/// Takes the place of <see cref="Real"/> in sources compiled into this project: a type of an enclosing namespace hides
/// those that using directives import.
/// </summary>
/// <remarks>
/// The generic methods serve every type. The overloads besides them are for types to which literals convert although
/// <see langword="int"/> does not, since type inference looks at the type of a literal only.
/// </remarks>
internal static partial class Interlocked
{
    [return: NotNullIfNotNull(nameof(location1))]
    public static T Exchange<T>([NotNullIfNotNull(nameof(value))] ref T location1, T value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0)
    {
        ModelThread? thread = Operation.BeforeAtomic(ref location1);
        T old = Real.Exchange(ref location1, value);
        Operation.Changed(thread);
        if (thread?.Execution.Trace is { } trace)
        {
            string name = Operation.Name(thread, ref location1, at);
            trace.Add(thread, $"{by}:{line}  Exchange({name}, {trace.Describe(value)}) -> {trace.Describe(old)}");
        }

        return old;
    }

    [return: NotNullIfNotNull(nameof(location1))]
    public static T CompareExchange<T>(ref T location1, T value, T comparand,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0)
    {
        ModelThread? thread = Operation.BeforeAtomic(ref location1);
        T old = Real.CompareExchange(ref location1, value, comparand);
        if (typeof(T).IsValueType ? EqualityComparer<T>.Default.Equals(old, comparand) : ReferenceEquals(old, comparand))
        {
            Operation.Changed(thread);
        }

        if (thread?.Execution.Trace is { } trace)
        {
            string name = Operation.Name(thread, ref location1, at);
            trace.Add(thread, $"{by}:{line}  CompareExchange({name}, {trace.Describe(value)}, if {trace.Describe(comparand)})"
                + $" -> {trace.Describe(old)}");
        }

        return old;
    }

    /// <summary>A full fence: the stores before it are visible before the loads after it are made.</summary>
    public static void MemoryBarrier([Member] string by = "", [Line] int line = 0)
    {
        if (ModelThread.Current is not { } thread)
        {
            Real.MemoryBarrier();
            return;
        }

        thread.Execution.Fence(thread);
        thread.Execution.Trace?.Add(thread, $"{by}:{line}  MemoryBarrier()");
    }

    /// <summary>A full fence on every processor that runs a thread of this process.</summary>
    public static void MemoryBarrierProcessWide([Member] string by = "", [Line] int line = 0)
    {
        if (ModelThread.Current is not { } thread)
        {
            Real.MemoryBarrierProcessWide();
            return;
        }

        thread.Execution.FenceAll(thread);
        thread.Execution.Trace?.Add(thread, $"{by}:{line}  MemoryBarrierProcessWide()");
    }
}
