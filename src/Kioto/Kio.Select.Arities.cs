namespace Kioto;

// Written by eng/arities.sh. What these do is said at the first one.
public static partial class Kio
{
    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, T2>> Select<T2>(Future first, Future<T2> second) =>
        SelectSource<Selected<Unit, T2>>.Rent(biased: false).With(0, first.AsUnit()).With(1, second).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2>> Select<T1, T2>(Pinned<T1> first, Future<T2> second) =>
        SelectSource<Selected<T1, T2>>.Rent(biased: false).With(0, FutureOf(first)).With(1, second).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, Unit>> Select<T1>(Future<T1> first, Future second) =>
        SelectSource<Selected<T1, Unit>>.Rent(biased: false).With(0, first).With(1, second.AsUnit()).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, Unit>> Select(Future first, Future second) =>
        SelectSource<Selected<Unit, Unit>>.Rent(biased: false).With(0, first.AsUnit()).With(1, second.AsUnit()).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, Unit>> Select<T1>(Pinned<T1> first, Future second) =>
        SelectSource<Selected<T1, Unit>>.Rent(biased: false).With(0, FutureOf(first)).With(1, second.AsUnit()).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2>> Select<T1, T2>(Future<T1> first, Pinned<T2> second) =>
        SelectSource<Selected<T1, T2>>.Rent(biased: false).With(0, first).With(1, FutureOf(second)).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, T2>> Select<T2>(Future first, Pinned<T2> second) =>
        SelectSource<Selected<Unit, T2>>.Rent(biased: false).With(0, first.AsUnit()).With(1, FutureOf(second)).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2>> Select<T1, T2>(Pinned<T1> first, Pinned<T2> second) =>
        SelectSource<Selected<T1, T2>>.Rent(biased: false).With(0, FutureOf(first)).With(1, FutureOf(second)).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2>> Select<T1, T2>(IArm<T1> first, IArm<T2> second) =>
        Select(FutureOf(first), FutureOf(second));

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3>> Select<T1, T2, T3>(Future<T1> first, Future<T2> second,
            Future<T3> third) =>
        SelectSource<Selected<T1, T2, T3>>.Rent(biased: false).With(0, first).With(1, second).With(2, third).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, T2, T3>> Select<T2, T3>(Future first, Future<T2> second, Future<T3> third) =>
        SelectSource<Selected<Unit, T2, T3>>.Rent(biased: false).With(0, first.AsUnit()).With(1, second).With(2,
            third).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, Unit, T3>> Select<T1, T3>(Future<T1> first, Future second, Future<T3> third) =>
        SelectSource<Selected<T1, Unit, T3>>.Rent(biased: false).With(0, first).With(1, second.AsUnit()).With(2,
            third).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, Unit, T3>> Select<T3>(Future first, Future second, Future<T3> third) =>
        SelectSource<Selected<Unit, Unit, T3>>.Rent(biased: false).With(0, first.AsUnit()).With(1, second.AsUnit())
            .With(2, third).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, Unit>> Select<T1, T2>(Future<T1> first, Future<T2> second, Future third) =>
        SelectSource<Selected<T1, T2, Unit>>.Rent(biased: false).With(0, first).With(1, second).With(2,
            third.AsUnit()).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, T2, Unit>> Select<T2>(Future first, Future<T2> second, Future third) =>
        SelectSource<Selected<Unit, T2, Unit>>.Rent(biased: false).With(0, first.AsUnit()).With(1, second).With(2,
            third.AsUnit()).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, Unit, Unit>> Select<T1>(Future<T1> first, Future second, Future third) =>
        SelectSource<Selected<T1, Unit, Unit>>.Rent(biased: false).With(0, first).With(1, second.AsUnit()).With(2,
            third.AsUnit()).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, Unit, Unit>> Select(Future first, Future second, Future third) =>
        SelectSource<Selected<Unit, Unit, Unit>>.Rent(biased: false).With(0, first.AsUnit()).With(1, second.AsUnit())
            .With(2, third.AsUnit()).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3>> Select<T1, T2, T3>(IArm<T1> first, IArm<T2> second, IArm<T3> third) =>
        Select(FutureOf(first), FutureOf(second), FutureOf(third));

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4>> Select<T1, T2, T3, T4>(Future<T1> first, Future<T2> second,
            Future<T3> third, Future<T4> fourth) =>
        SelectSource<Selected<T1, T2, T3, T4>>.Rent(biased: false).With(0, first).With(1, second).With(2, third).With(3,
            fourth).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4>> Select<T1, T2, T3, T4>(IArm<T1> first, IArm<T2> second,
            IArm<T3> third, IArm<T4> fourth) =>
        Select(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth));

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5>> Select<T1, T2, T3, T4, T5>(Future<T1> first, Future<T2> second,
            Future<T3> third, Future<T4> fourth, Future<T5> fifth) =>
        SelectSource<Selected<T1, T2, T3, T4, T5>>.Rent(biased: false).With(0, first).With(1, second).With(2, third)
            .With(3, fourth).With(4, fifth).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5>> Select<T1, T2, T3, T4, T5>(IArm<T1> first, IArm<T2> second,
            IArm<T3> third, IArm<T4> fourth, IArm<T5> fifth) =>
        Select(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth), FutureOf(fifth));

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5, T6>> Select<T1, T2, T3, T4, T5, T6>(Future<T1> first,
            Future<T2> second, Future<T3> third, Future<T4> fourth, Future<T5> fifth, Future<T6> sixth) =>
        SelectSource<Selected<T1, T2, T3, T4, T5, T6>>.Rent(biased: false).With(0, first).With(1, second).With(2, third)
            .With(3, fourth).With(4, fifth).With(5, sixth).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5, T6>> Select<T1, T2, T3, T4, T5, T6>(IArm<T1> first,
            IArm<T2> second, IArm<T3> third, IArm<T4> fourth, IArm<T5> fifth, IArm<T6> sixth) =>
        Select(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth), FutureOf(fifth), FutureOf(sixth));

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5, T6, T7>> Select<T1, T2, T3, T4, T5, T6, T7>(Future<T1> first,
            Future<T2> second, Future<T3> third, Future<T4> fourth, Future<T5> fifth, Future<T6> sixth,
            Future<T7> seventh) =>
        SelectSource<Selected<T1, T2, T3, T4, T5, T6, T7>>.Rent(biased: false).With(0, first).With(1, second).With(2,
            third).With(3, fourth).With(4, fifth).With(5, sixth).With(6, seventh).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5, T6, T7>> Select<T1, T2, T3, T4, T5, T6, T7>(IArm<T1> first,
            IArm<T2> second, IArm<T3> third, IArm<T4> fourth, IArm<T5> fifth, IArm<T6> sixth, IArm<T7> seventh) =>
        Select(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth), FutureOf(fifth), FutureOf(sixth),
            FutureOf(seventh));

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5, T6, T7, T8>> Select<T1, T2, T3, T4, T5, T6, T7,
            T8>(Future<T1> first, Future<T2> second, Future<T3> third, Future<T4> fourth, Future<T5> fifth,
            Future<T6> sixth, Future<T7> seventh, Future<T8> eighth) =>
        SelectSource<Selected<T1, T2, T3, T4, T5, T6, T7, T8>>.Rent(biased: false).With(0, first).With(1, second)
            .With(2, third).With(3, fourth).With(4, fifth).With(5, sixth).With(6, seventh).With(7, eighth).Future;

    /// <inheritdoc cref="Select{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5, T6, T7, T8>> Select<T1, T2, T3, T4, T5, T6, T7,
            T8>(IArm<T1> first, IArm<T2> second, IArm<T3> third, IArm<T4> fourth, IArm<T5> fifth, IArm<T6> sixth,
            IArm<T7> seventh, IArm<T8> eighth) =>
        Select(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth), FutureOf(fifth), FutureOf(sixth),
            FutureOf(seventh), FutureOf(eighth));
}
