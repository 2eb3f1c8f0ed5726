namespace Kioto;

// Written by eng/arities.sh. What these do is said at the first one.
public static partial class Kio
{
    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, T2>> SelectBiased<T2>(Future first, Future<T2> second) =>
        SelectSource<Selected<Unit, T2>>.Rent(biased: true).With(0, first.AsUnit()).With(1, second).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2>> SelectBiased<T1, T2>(Pinned<T1> first, Future<T2> second) =>
        SelectSource<Selected<T1, T2>>.Rent(biased: true).With(0, FutureOf(first)).With(1, second).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, Unit>> SelectBiased<T1>(Future<T1> first, Future second) =>
        SelectSource<Selected<T1, Unit>>.Rent(biased: true).With(0, first).With(1, second.AsUnit()).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, Unit>> SelectBiased(Future first, Future second) =>
        SelectSource<Selected<Unit, Unit>>.Rent(biased: true).With(0, first.AsUnit()).With(1, second.AsUnit()).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, Unit>> SelectBiased<T1>(Pinned<T1> first, Future second) =>
        SelectSource<Selected<T1, Unit>>.Rent(biased: true).With(0, FutureOf(first)).With(1, second.AsUnit()).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2>> SelectBiased<T1, T2>(Future<T1> first, Pinned<T2> second) =>
        SelectSource<Selected<T1, T2>>.Rent(biased: true).With(0, first).With(1, FutureOf(second)).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, T2>> SelectBiased<T2>(Future first, Pinned<T2> second) =>
        SelectSource<Selected<Unit, T2>>.Rent(biased: true).With(0, first.AsUnit()).With(1, FutureOf(second)).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2>> SelectBiased<T1, T2>(Pinned<T1> first, Pinned<T2> second) =>
        SelectSource<Selected<T1, T2>>.Rent(biased: true).With(0, FutureOf(first)).With(1, FutureOf(second)).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2>> SelectBiased<T1, T2>(IArm<T1> first, IArm<T2> second) =>
        SelectBiased(FutureOf(first), FutureOf(second));

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3>> SelectBiased<T1, T2, T3>(Future<T1> first, Future<T2> second,
            Future<T3> third) =>
        SelectSource<Selected<T1, T2, T3>>.Rent(biased: true).With(0, first).With(1, second).With(2, third).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, T2, T3>> SelectBiased<T2, T3>(Future first, Future<T2> second,
            Future<T3> third) =>
        SelectSource<Selected<Unit, T2, T3>>.Rent(biased: true).With(0, first.AsUnit()).With(1, second).With(2,
            third).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, Unit, T3>> SelectBiased<T1, T3>(Future<T1> first, Future second,
            Future<T3> third) =>
        SelectSource<Selected<T1, Unit, T3>>.Rent(biased: true).With(0, first).With(1, second.AsUnit()).With(2,
            third).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, Unit, T3>> SelectBiased<T3>(Future first, Future second, Future<T3> third) =>
        SelectSource<Selected<Unit, Unit, T3>>.Rent(biased: true).With(0, first.AsUnit()).With(1, second.AsUnit())
            .With(2, third).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, Unit>> SelectBiased<T1, T2>(Future<T1> first, Future<T2> second,
            Future third) =>
        SelectSource<Selected<T1, T2, Unit>>.Rent(biased: true).With(0, first).With(1, second).With(2,
            third.AsUnit()).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, T2, Unit>> SelectBiased<T2>(Future first, Future<T2> second, Future third) =>
        SelectSource<Selected<Unit, T2, Unit>>.Rent(biased: true).With(0, first.AsUnit()).With(1, second).With(2,
            third.AsUnit()).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, Unit, Unit>> SelectBiased<T1>(Future<T1> first, Future second, Future third) =>
        SelectSource<Selected<T1, Unit, Unit>>.Rent(biased: true).With(0, first).With(1, second.AsUnit()).With(2,
            third.AsUnit()).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<Unit, Unit, Unit>> SelectBiased(Future first, Future second, Future third) =>
        SelectSource<Selected<Unit, Unit, Unit>>.Rent(biased: true).With(0, first.AsUnit()).With(1, second.AsUnit())
            .With(2, third.AsUnit()).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3>> SelectBiased<T1, T2, T3>(IArm<T1> first, IArm<T2> second,
            IArm<T3> third) =>
        SelectBiased(FutureOf(first), FutureOf(second), FutureOf(third));

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4>> SelectBiased<T1, T2, T3, T4>(Future<T1> first, Future<T2> second,
            Future<T3> third, Future<T4> fourth) =>
        SelectSource<Selected<T1, T2, T3, T4>>.Rent(biased: true).With(0, first).With(1, second).With(2, third).With(3,
            fourth).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4>> SelectBiased<T1, T2, T3, T4>(IArm<T1> first, IArm<T2> second,
            IArm<T3> third, IArm<T4> fourth) =>
        SelectBiased(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth));

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5>> SelectBiased<T1, T2, T3, T4, T5>(Future<T1> first,
            Future<T2> second, Future<T3> third, Future<T4> fourth, Future<T5> fifth) =>
        SelectSource<Selected<T1, T2, T3, T4, T5>>.Rent(biased: true).With(0, first).With(1, second).With(2, third)
            .With(3, fourth).With(4, fifth).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5>> SelectBiased<T1, T2, T3, T4, T5>(IArm<T1> first, IArm<T2> second,
            IArm<T3> third, IArm<T4> fourth, IArm<T5> fifth) =>
        SelectBiased(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth), FutureOf(fifth));

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5, T6>> SelectBiased<T1, T2, T3, T4, T5, T6>(Future<T1> first,
            Future<T2> second, Future<T3> third, Future<T4> fourth, Future<T5> fifth, Future<T6> sixth) =>
        SelectSource<Selected<T1, T2, T3, T4, T5, T6>>.Rent(biased: true).With(0, first).With(1, second).With(2, third)
            .With(3, fourth).With(4, fifth).With(5, sixth).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5, T6>> SelectBiased<T1, T2, T3, T4, T5, T6>(IArm<T1> first,
            IArm<T2> second, IArm<T3> third, IArm<T4> fourth, IArm<T5> fifth, IArm<T6> sixth) =>
        SelectBiased(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth), FutureOf(fifth),
            FutureOf(sixth));

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5, T6, T7>> SelectBiased<T1, T2, T3, T4, T5, T6,
            T7>(Future<T1> first, Future<T2> second, Future<T3> third, Future<T4> fourth, Future<T5> fifth,
            Future<T6> sixth, Future<T7> seventh) =>
        SelectSource<Selected<T1, T2, T3, T4, T5, T6, T7>>.Rent(biased: true).With(0, first).With(1, second).With(2,
            third).With(3, fourth).With(4, fifth).With(5, sixth).With(6, seventh).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5, T6, T7>> SelectBiased<T1, T2, T3, T4, T5, T6, T7>(IArm<T1> first,
            IArm<T2> second, IArm<T3> third, IArm<T4> fourth, IArm<T5> fifth, IArm<T6> sixth, IArm<T7> seventh) =>
        SelectBiased(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth), FutureOf(fifth),
            FutureOf(sixth), FutureOf(seventh));

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5, T6, T7, T8>> SelectBiased<T1, T2, T3, T4, T5, T6, T7,
            T8>(Future<T1> first, Future<T2> second, Future<T3> third, Future<T4> fourth, Future<T5> fifth,
            Future<T6> sixth, Future<T7> seventh, Future<T8> eighth) =>
        SelectSource<Selected<T1, T2, T3, T4, T5, T6, T7, T8>>.Rent(biased: true).With(0, first).With(1, second).With(2,
            third).With(3, fourth).With(4, fifth).With(5, sixth).With(6, seventh).With(7, eighth).Future;

    /// <inheritdoc cref="SelectBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<Selected<T1, T2, T3, T4, T5, T6, T7, T8>> SelectBiased<T1, T2, T3, T4, T5, T6, T7,
            T8>(IArm<T1> first, IArm<T2> second, IArm<T3> third, IArm<T4> fourth, IArm<T5> fifth, IArm<T6> sixth,
            IArm<T7> seventh, IArm<T8> eighth) =>
        SelectBiased(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth), FutureOf(fifth),
            FutureOf(sixth), FutureOf(seventh), FutureOf(eighth));
}
