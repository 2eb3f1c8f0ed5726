using Expr = System.Runtime.CompilerServices.CallerArgumentExpressionAttribute;
using Line = System.Runtime.CompilerServices.CallerLineNumberAttribute;
using Member = System.Runtime.CompilerServices.CallerMemberNameAttribute;

namespace Kioto;

// Exchanges for types that an integer literal converts to.
internal static partial class Interlocked
{
    public static byte Exchange(ref byte location1, byte value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Exchange<byte>(ref location1, value, at, by, line);

    public static byte CompareExchange(ref byte location1, byte value, byte comparand,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        CompareExchange<byte>(ref location1, value, comparand, at, by, line);

    public static sbyte Exchange(ref sbyte location1, sbyte value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Exchange<sbyte>(ref location1, value, at, by, line);

    public static sbyte CompareExchange(ref sbyte location1, sbyte value, sbyte comparand,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        CompareExchange<sbyte>(ref location1, value, comparand, at, by, line);

    public static short Exchange(ref short location1, short value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Exchange<short>(ref location1, value, at, by, line);

    public static short CompareExchange(ref short location1, short value, short comparand,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        CompareExchange<short>(ref location1, value, comparand, at, by, line);

    public static ushort Exchange(ref ushort location1, ushort value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Exchange<ushort>(ref location1, value, at, by, line);

    public static ushort CompareExchange(ref ushort location1, ushort value, ushort comparand,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        CompareExchange<ushort>(ref location1, value, comparand, at, by, line);

    public static uint Exchange(ref uint location1, uint value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Exchange<uint>(ref location1, value, at, by, line);

    public static uint CompareExchange(ref uint location1, uint value, uint comparand,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        CompareExchange<uint>(ref location1, value, comparand, at, by, line);

    public static ulong Exchange(ref ulong location1, ulong value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Exchange<ulong>(ref location1, value, at, by, line);

    public static ulong CompareExchange(ref ulong location1, ulong value, ulong comparand,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        CompareExchange<ulong>(ref location1, value, comparand, at, by, line);

    public static nuint Exchange(ref nuint location1, nuint value,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        Exchange<nuint>(ref location1, value, at, by, line);

    public static nuint CompareExchange(ref nuint location1, nuint value, nuint comparand,
        [Expr(nameof(location1))] string at = "", [Member] string by = "", [Line] int line = 0) =>
        CompareExchange<nuint>(ref location1, value, comparand, at, by, line);
}
