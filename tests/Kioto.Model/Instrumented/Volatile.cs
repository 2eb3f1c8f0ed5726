using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using ModelChecking;
using Expr = System.Runtime.CompilerServices.CallerArgumentExpressionAttribute;
using Line = System.Runtime.CompilerServices.CallerLineNumberAttribute;
using Member = System.Runtime.CompilerServices.CallerMemberNameAttribute;
using Real = System.Threading.Volatile;

namespace Kioto;

/// <summary>
/// Takes the place of <see cref="Real"/>. One read serves all types; the writes besides the generic one are for types
/// that an integer literal converts to.
/// </summary>
internal static class Volatile
{
    [return: NotNullIfNotNull(nameof(location))]
    public static T Read<T>(ref readonly T location,
        [Expr(nameof(location))] string at = "", [Member] string by = "", [Line] int line = 0)
    {
        ref T target = ref Unsafe.AsRef(in location);
        if (ModelThread.Current is not { } thread)
        {
            T current = target;
            Real.ReadBarrier();
            return current;
        }

        T value = thread.Execution.Read(thread, ref target);
        if (thread.Execution.Trace is { } trace)
        {
            string name = Operation.Name(thread, ref target, at);
            trace.Add(thread, $"{by}:{line}  Volatile.Read({name}) -> {trace.Describe(value)}");
        }

        return value;
    }

    public static void Write<T>([NotNullIfNotNull(nameof(value))] ref T location, T value,
        [Expr(nameof(location))] string at = "", [Member] string by = "", [Line] int line = 0)
    {
        if (ModelThread.Current is not { } thread)
        {
            Real.WriteBarrier();
            location = value;
            return;
        }

        thread.Execution.Write(thread, ref location, value);
        if (thread.Execution.Trace is { } trace)
        {
            string name = Operation.Name(thread, ref location, at);
            trace.Add(thread, $"{by}:{line}  Volatile.Write({name}, {trace.Describe(value)})");
        }
    }

    public static void Write(ref byte location, byte value,
        [Expr(nameof(location))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Write<byte>(ref location, value, at, by, line);

    public static void Write(ref sbyte location, sbyte value,
        [Expr(nameof(location))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Write<sbyte>(ref location, value, at, by, line);

    public static void Write(ref short location, short value,
        [Expr(nameof(location))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Write<short>(ref location, value, at, by, line);

    public static void Write(ref ushort location, ushort value,
        [Expr(nameof(location))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Write<ushort>(ref location, value, at, by, line);

    public static void Write(ref uint location, uint value,
        [Expr(nameof(location))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Write<uint>(ref location, value, at, by, line);

    public static void Write(ref ulong location, ulong value,
        [Expr(nameof(location))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Write<ulong>(ref location, value, at, by, line);

    public static void Write(ref nuint location, nuint value,
        [Expr(nameof(location))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Write<nuint>(ref location, value, at, by, line);

    /// <summary>Nothing: loads are not reordered with later operations in the models that the explorer knows.</summary>
    public static void ReadBarrier()
    {
    }

    /// <summary>Nothing: stores become visible in order in the models that the explorer knows.</summary>
    public static void WriteBarrier()
    {
    }
}
