using System.Numerics;
using ModelChecking;
using Expr = System.Runtime.CompilerServices.CallerArgumentExpressionAttribute;
using Line = System.Runtime.CompilerServices.CallerLineNumberAttribute;
using Member = System.Runtime.CompilerServices.CallerMemberNameAttribute;
using Real = System.Threading.Interlocked;

namespace Kioto;

// Arithmetic. Inside a model the loop runs once, since no other thread runs meanwhile.
internal static partial class Interlocked
{
    public static int Add(ref int location1, int value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, value, Arithmetic.Add, at, by, line) + value;

    public static int Increment(ref int location1,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, 1, Arithmetic.Add, at, by, line) + 1;

    public static int Decrement(ref int location1,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, 1, Arithmetic.Subtract, at, by, line) - 1;

    public static int And(ref int location1, int value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, value, Arithmetic.And, at, by, line);

    public static int Or(ref int location1, int value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, value, Arithmetic.Or, at, by, line);

    public static long Add(ref long location1, long value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, value, Arithmetic.Add, at, by, line) + value;

    public static long Increment(ref long location1,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, 1L, Arithmetic.Add, at, by, line) + 1;

    public static long Decrement(ref long location1,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, 1L, Arithmetic.Subtract, at, by, line) - 1;

    public static long And(ref long location1, long value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, value, Arithmetic.And, at, by, line);

    public static long Or(ref long location1, long value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, value, Arithmetic.Or, at, by, line);

    public static uint Add(ref uint location1, uint value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, value, Arithmetic.Add, at, by, line) + value;

    public static uint Increment(ref uint location1,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, 1u, Arithmetic.Add, at, by, line) + 1;

    public static uint Decrement(ref uint location1,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, 1u, Arithmetic.Subtract, at, by, line) - 1;

    public static uint And(ref uint location1, uint value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, value, Arithmetic.And, at, by, line);

    public static uint Or(ref uint location1, uint value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, value, Arithmetic.Or, at, by, line);

    public static ulong Add(ref ulong location1, ulong value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, value, Arithmetic.Add, at, by, line) + value;

    public static ulong Increment(ref ulong location1,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, 1UL, Arithmetic.Add, at, by, line) + 1;

    public static ulong Decrement(ref ulong location1,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, 1UL, Arithmetic.Subtract, at, by, line) - 1;

    public static ulong And(ref ulong location1, ulong value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, value, Arithmetic.And, at, by, line);

    public static ulong Or(ref ulong location1, ulong value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Update(ref location1, value, Arithmetic.Or, at, by, line);

    private static T Update<T>(ref T location, T value, Arithmetic operation, string at, string by, int line)
        where T : struct, IBinaryInteger<T>
    {
        ModelThread? thread = Operation.BeforeAtomic(ref location);
        T old, updated;
        do
        {
            old = location;
            updated = operation switch
            {
                Arithmetic.Add => unchecked(old + value),
                Arithmetic.Subtract => unchecked(old - value),
                Arithmetic.And => old & value,
                _ => old | value,
            };
        }
        while (Real.CompareExchange(ref location, updated, old) != old);

        if (updated != old)
        {
            Operation.Changed(thread);
        }

        if (thread?.Execution.Trace is { } trace)
        {
            string name = Operation.Name(thread, ref location, at);
            trace.Add(thread, $"{by}:{line}  {operation}({name}, {trace.Describe(value)}) {trace.Describe(old)} -> "
                + trace.Describe(updated));
        }

        return old;
    }

    private enum Arithmetic
    {
        Add,
        Subtract,
        And,
        Or,
    }
}
