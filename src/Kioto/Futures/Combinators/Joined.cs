namespace Kioto;

/// <summary>The joins of 2 to 8 arms: their types, and how a tuple is made of their results.</summary>
internal static class Joined
{
    internal readonly struct Of<T1, T2> : IJoined<(T1, T2)>
    {
        public static Arm[] MakeArms() =>
            [new Arm<T1>(), new Arm<T2>()];

        public static (T1, T2) Collect(Arm[] arms) => (
            ((Arm<T1>)arms[0]).Result!,
            ((Arm<T2>)arms[1]).Result!);
    }

    internal readonly struct Of<T1, T2, T3> : IJoined<(T1, T2, T3)>
    {
        public static Arm[] MakeArms() =>
            [new Arm<T1>(), new Arm<T2>(), new Arm<T3>()];

        public static (T1, T2, T3) Collect(Arm[] arms) => (
            ((Arm<T1>)arms[0]).Result!,
            ((Arm<T2>)arms[1]).Result!,
            ((Arm<T3>)arms[2]).Result!);
    }

    internal readonly struct Of<T1, T2, T3, T4> : IJoined<(T1, T2, T3, T4)>
    {
        public static Arm[] MakeArms() =>
            [new Arm<T1>(), new Arm<T2>(), new Arm<T3>(), new Arm<T4>()];

        public static (T1, T2, T3, T4) Collect(Arm[] arms) => (
            ((Arm<T1>)arms[0]).Result!,
            ((Arm<T2>)arms[1]).Result!,
            ((Arm<T3>)arms[2]).Result!,
            ((Arm<T4>)arms[3]).Result!);
    }

    internal readonly struct Of<T1, T2, T3, T4, T5> : IJoined<(T1, T2, T3, T4, T5)>
    {
        public static Arm[] MakeArms() =>
            [new Arm<T1>(), new Arm<T2>(), new Arm<T3>(), new Arm<T4>(), new Arm<T5>()];

        public static (T1, T2, T3, T4, T5) Collect(Arm[] arms) => (
            ((Arm<T1>)arms[0]).Result!,
            ((Arm<T2>)arms[1]).Result!,
            ((Arm<T3>)arms[2]).Result!,
            ((Arm<T4>)arms[3]).Result!,
            ((Arm<T5>)arms[4]).Result!);
    }

    internal readonly struct Of<T1, T2, T3, T4, T5, T6> : IJoined<(T1, T2, T3, T4, T5, T6)>
    {
        public static Arm[] MakeArms() =>
            [new Arm<T1>(), new Arm<T2>(), new Arm<T3>(), new Arm<T4>(), new Arm<T5>(), new Arm<T6>()];

        public static (T1, T2, T3, T4, T5, T6) Collect(Arm[] arms) => (
            ((Arm<T1>)arms[0]).Result!,
            ((Arm<T2>)arms[1]).Result!,
            ((Arm<T3>)arms[2]).Result!,
            ((Arm<T4>)arms[3]).Result!,
            ((Arm<T5>)arms[4]).Result!,
            ((Arm<T6>)arms[5]).Result!);
    }

    internal readonly struct Of<T1, T2, T3, T4, T5, T6, T7> : IJoined<(T1, T2, T3, T4, T5, T6, T7)>
    {
        public static Arm[] MakeArms() =>
            [new Arm<T1>(), new Arm<T2>(), new Arm<T3>(), new Arm<T4>(), new Arm<T5>(), new Arm<T6>(), new Arm<T7>()];

        public static (T1, T2, T3, T4, T5, T6, T7) Collect(Arm[] arms) => (
            ((Arm<T1>)arms[0]).Result!,
            ((Arm<T2>)arms[1]).Result!,
            ((Arm<T3>)arms[2]).Result!,
            ((Arm<T4>)arms[3]).Result!,
            ((Arm<T5>)arms[4]).Result!,
            ((Arm<T6>)arms[5]).Result!,
            ((Arm<T7>)arms[6]).Result!);
    }

    internal readonly struct Of<T1, T2, T3, T4, T5, T6, T7, T8> : IJoined<(T1, T2, T3, T4, T5, T6, T7, T8)>
    {
        public static Arm[] MakeArms() =>
            [new Arm<T1>(), new Arm<T2>(), new Arm<T3>(), new Arm<T4>(), new Arm<T5>(), new Arm<T6>(), new Arm<T7>(),
            new Arm<T8>()];

        public static (T1, T2, T3, T4, T5, T6, T7, T8) Collect(Arm[] arms) => (
            ((Arm<T1>)arms[0]).Result!,
            ((Arm<T2>)arms[1]).Result!,
            ((Arm<T3>)arms[2]).Result!,
            ((Arm<T4>)arms[3]).Result!,
            ((Arm<T5>)arms[4]).Result!,
            ((Arm<T6>)arms[5]).Result!,
            ((Arm<T7>)arms[6]).Result!,
            ((Arm<T8>)arms[7]).Result!);
    }
}
