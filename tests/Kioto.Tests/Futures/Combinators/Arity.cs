using System.Linq;
using System.Runtime.CompilerServices;

namespace Kioto.Tests;

/// <summary>Calls the overload for as many arms as there are.</summary>
internal static class Arity
{
    internal static async Future<int[]> Join(Future<int>[] f) => Values(f.Length switch
    {
        2 => await Kio.Join(f[0], f[1]),
        3 => await Kio.Join(f[0], f[1], f[2]),
        4 => await Kio.Join(f[0], f[1], f[2], f[3]),
        5 => await Kio.Join(f[0], f[1], f[2], f[3], f[4]),
        6 => await Kio.Join(f[0], f[1], f[2], f[3], f[4], f[5]),
        7 => await Kio.Join(f[0], f[1], f[2], f[3], f[4], f[5], f[6]),
        _ => await Kio.Join(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]),
    });

    internal static async Future<int[]> TryJoin(Future<int>[] f) => Values(f.Length switch
    {
        2 => await Kio.TryJoin(f[0], f[1]),
        3 => await Kio.TryJoin(f[0], f[1], f[2]),
        4 => await Kio.TryJoin(f[0], f[1], f[2], f[3]),
        5 => await Kio.TryJoin(f[0], f[1], f[2], f[3], f[4]),
        6 => await Kio.TryJoin(f[0], f[1], f[2], f[3], f[4], f[5]),
        7 => await Kio.TryJoin(f[0], f[1], f[2], f[3], f[4], f[5], f[6]),
        _ => await Kio.TryJoin(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]),
    });

    internal static async Future<int[]> JoinArms(IArm<int>[] f) => Values(f.Length switch
    {
        2 => await Kio.Join(f[0], f[1]),
        3 => await Kio.Join(f[0], f[1], f[2]),
        4 => await Kio.Join(f[0], f[1], f[2], f[3]),
        5 => await Kio.Join(f[0], f[1], f[2], f[3], f[4]),
        6 => await Kio.Join(f[0], f[1], f[2], f[3], f[4], f[5]),
        7 => await Kio.Join(f[0], f[1], f[2], f[3], f[4], f[5], f[6]),
        _ => await Kio.Join(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7]),
    });

    /// <summary>Selects; the result is the winner's index and value.</summary>
    internal static async Future<(int Index, int Value)> Select(Future<int>[] f, bool biased = false) => (f.Length, biased) switch
    {
        (2, false) => Of(await Kio.Select(f[0], f[1])),
        (3, false) => Of(await Kio.Select(f[0], f[1], f[2])),
        (4, false) => Of(await Kio.Select(f[0], f[1], f[2], f[3])),
        (5, false) => Of(await Kio.Select(f[0], f[1], f[2], f[3], f[4])),
        (6, false) => Of(await Kio.Select(f[0], f[1], f[2], f[3], f[4], f[5])),
        (7, false) => Of(await Kio.Select(f[0], f[1], f[2], f[3], f[4], f[5], f[6])),
        (_, false) => Of(await Kio.Select(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7])),
        (2, true) => Of(await Kio.SelectBiased(f[0], f[1])),
        (3, true) => Of(await Kio.SelectBiased(f[0], f[1], f[2])),
        (4, true) => Of(await Kio.SelectBiased(f[0], f[1], f[2], f[3])),
        (5, true) => Of(await Kio.SelectBiased(f[0], f[1], f[2], f[3], f[4])),
        (6, true) => Of(await Kio.SelectBiased(f[0], f[1], f[2], f[3], f[4], f[5])),
        (7, true) => Of(await Kio.SelectBiased(f[0], f[1], f[2], f[3], f[4], f[5], f[6])),
        (_, true) => Of(await Kio.SelectBiased(f[0], f[1], f[2], f[3], f[4], f[5], f[6], f[7])),
    };

    private static (int Index, int Value) Of(Selected<int, int> s) =>
        (s.Index, s.Index switch
        {
            0 => s.First,
            _ => s.Second,
        });

    private static (int Index, int Value) Of(Selected<int, int, int> s) =>
        (s.Index, s.Index switch
        {
            0 => s.First,
            1 => s.Second,
            _ => s.Third,
        });

    private static (int Index, int Value) Of(Selected<int, int, int, int> s) =>
        (s.Index, s.Index switch
        {
            0 => s.First,
            1 => s.Second,
            2 => s.Third,
            _ => s.Fourth,
        });

    private static (int Index, int Value) Of(Selected<int, int, int, int, int> s) =>
        (s.Index, s.Index switch
        {
            0 => s.First,
            1 => s.Second,
            2 => s.Third,
            3 => s.Fourth,
            _ => s.Fifth,
        });

    private static (int Index, int Value) Of(Selected<int, int, int, int, int, int> s) =>
        (s.Index, s.Index switch
        {
            0 => s.First,
            1 => s.Second,
            2 => s.Third,
            3 => s.Fourth,
            4 => s.Fifth,
            _ => s.Sixth,
        });

    private static (int Index, int Value) Of(Selected<int, int, int, int, int, int, int> s) =>
        (s.Index, s.Index switch
        {
            0 => s.First,
            1 => s.Second,
            2 => s.Third,
            3 => s.Fourth,
            4 => s.Fifth,
            5 => s.Sixth,
            _ => s.Seventh,
        });

    private static (int Index, int Value) Of(Selected<int, int, int, int, int, int, int, int> s) =>
        (s.Index, s.Index switch
        {
            0 => s.First,
            1 => s.Second,
            2 => s.Third,
            3 => s.Fourth,
            4 => s.Fifth,
            5 => s.Sixth,
            6 => s.Seventh,
            _ => s.Eighth,
        });

    private static int[] Values(ITuple tuple) => [.. Enumerable.Range(0, tuple.Length).Select(i => (int)tuple[i]!)];
}
