namespace Kioto;

// Written by eng/arities.sh. What these do is said at the first one.
public static partial class Kio
{
    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2)> JoinBiased<T1, T2>(IArm<T1> first, IArm<T2> second) =>
        JoinBiased(FutureOf(first), FutureOf(second));

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2, T3)> JoinBiased<T1, T2, T3>(Future<T1> first, Future<T2> second, Future<T3> third) =>
        first.Source is null && second.Source is null && third.Source is null
            ? Future.FromResult((first.Value, second.Value, third.Value))
            : JoinSource<Joined.Of<T1, T2, T3>, (T1, T2, T3)>.Rent(stopsAtFailure: false, biased: true).With(0, first)
            .With(1, second).With(2, third).Future;

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2, T3)> JoinBiased<T1, T2, T3>(IArm<T1> first, IArm<T2> second, IArm<T3> third) =>
        JoinBiased(FutureOf(first), FutureOf(second), FutureOf(third));

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2, T3, T4)> JoinBiased<T1, T2, T3, T4>(Future<T1> first, Future<T2> second,
            Future<T3> third, Future<T4> fourth) =>
        first.Source is null && second.Source is null && third.Source is null && fourth.Source is null
            ? Future.FromResult((first.Value, second.Value, third.Value, fourth.Value))
            : JoinSource<Joined.Of<T1, T2, T3, T4>, (T1, T2, T3, T4)>.Rent(stopsAtFailure: false, biased: true).With(0,
            first).With(1, second).With(2, third).With(3, fourth).Future;

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2, T3, T4)> JoinBiased<T1, T2, T3, T4>(IArm<T1> first, IArm<T2> second, IArm<T3> third,
            IArm<T4> fourth) =>
        JoinBiased(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth));

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2, T3, T4, T5)> JoinBiased<T1, T2, T3, T4, T5>(Future<T1> first, Future<T2> second,
            Future<T3> third, Future<T4> fourth, Future<T5> fifth) =>
        first.Source is null && second.Source is null && third.Source is null && fourth.Source is null
            && fifth.Source is null
            ? Future.FromResult((first.Value, second.Value, third.Value, fourth.Value, fifth.Value))
            : JoinSource<Joined.Of<T1, T2, T3, T4, T5>, (T1, T2, T3, T4, T5)>.Rent(stopsAtFailure: false, biased: true)
            .With(0, first).With(1, second).With(2, third).With(3, fourth).With(4, fifth).Future;

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2, T3, T4, T5)> JoinBiased<T1, T2, T3, T4, T5>(IArm<T1> first, IArm<T2> second,
            IArm<T3> third, IArm<T4> fourth, IArm<T5> fifth) =>
        JoinBiased(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth), FutureOf(fifth));

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2, T3, T4, T5, T6)> JoinBiased<T1, T2, T3, T4, T5, T6>(Future<T1> first,
            Future<T2> second, Future<T3> third, Future<T4> fourth, Future<T5> fifth, Future<T6> sixth) =>
        first.Source is null && second.Source is null && third.Source is null && fourth.Source is null
            && fifth.Source is null && sixth.Source is null
            ? Future.FromResult((first.Value, second.Value, third.Value, fourth.Value, fifth.Value, sixth.Value))
            : JoinSource<Joined.Of<T1, T2, T3, T4, T5, T6>, (T1, T2, T3, T4, T5, T6)>.Rent(stopsAtFailure: false,
            biased: true).With(0, first).With(1, second).With(2, third).With(3, fourth).With(4, fifth).With(5,
            sixth).Future;

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2, T3, T4, T5, T6)> JoinBiased<T1, T2, T3, T4, T5, T6>(IArm<T1> first, IArm<T2> second,
            IArm<T3> third, IArm<T4> fourth, IArm<T5> fifth, IArm<T6> sixth) =>
        JoinBiased(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth), FutureOf(fifth),
            FutureOf(sixth));

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2, T3, T4, T5, T6, T7)> JoinBiased<T1, T2, T3, T4, T5, T6, T7>(Future<T1> first,
            Future<T2> second, Future<T3> third, Future<T4> fourth, Future<T5> fifth, Future<T6> sixth,
            Future<T7> seventh) =>
        first.Source is null && second.Source is null && third.Source is null && fourth.Source is null
            && fifth.Source is null && sixth.Source is null && seventh.Source is null
            ? Future.FromResult((first.Value, second.Value, third.Value, fourth.Value, fifth.Value, sixth.Value,
            seventh.Value))
            : JoinSource<Joined.Of<T1, T2, T3, T4, T5, T6, T7>, (T1, T2, T3, T4, T5, T6,
            T7)>.Rent(stopsAtFailure: false, biased: true).With(0, first).With(1, second).With(2, third).With(3, fourth)
            .With(4, fifth).With(5, sixth).With(6, seventh).Future;

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2, T3, T4, T5, T6, T7)> JoinBiased<T1, T2, T3, T4, T5, T6, T7>(IArm<T1> first,
            IArm<T2> second, IArm<T3> third, IArm<T4> fourth, IArm<T5> fifth, IArm<T6> sixth, IArm<T7> seventh) =>
        JoinBiased(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth), FutureOf(fifth),
            FutureOf(sixth), FutureOf(seventh));

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2, T3, T4, T5, T6, T7, T8)> JoinBiased<T1, T2, T3, T4, T5, T6, T7, T8>(Future<T1> first,
            Future<T2> second, Future<T3> third, Future<T4> fourth, Future<T5> fifth, Future<T6> sixth,
            Future<T7> seventh, Future<T8> eighth) =>
        first.Source is null && second.Source is null && third.Source is null && fourth.Source is null
            && fifth.Source is null && sixth.Source is null && seventh.Source is null && eighth.Source is null
            ? Future.FromResult((first.Value, second.Value, third.Value, fourth.Value, fifth.Value, sixth.Value,
            seventh.Value, eighth.Value))
            : JoinSource<Joined.Of<T1, T2, T3, T4, T5, T6, T7, T8>, (T1, T2, T3, T4, T5, T6, T7,
            T8)>.Rent(stopsAtFailure: false, biased: true).With(0, first).With(1, second).With(2, third).With(3, fourth)
            .With(4, fifth).With(5, sixth).With(6, seventh).With(7, eighth).Future;

    /// <inheritdoc cref="JoinBiased{T1, T2}(Future{T1}, Future{T2})"/>
    public static Future<(T1, T2, T3, T4, T5, T6, T7, T8)> JoinBiased<T1, T2, T3, T4, T5, T6, T7, T8>(IArm<T1> first,
            IArm<T2> second, IArm<T3> third, IArm<T4> fourth, IArm<T5> fifth, IArm<T6> sixth, IArm<T7> seventh,
            IArm<T8> eighth) =>
        JoinBiased(FutureOf(first), FutureOf(second), FutureOf(third), FutureOf(fourth), FutureOf(fifth),
            FutureOf(sixth), FutureOf(seventh), FutureOf(eighth));
}
