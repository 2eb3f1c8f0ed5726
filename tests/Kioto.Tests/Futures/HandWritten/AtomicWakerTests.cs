using System.Threading;

namespace Kioto.Tests;

/// <summary>The cell for one waker. Its races are in Kioto.Model.</summary>
public sealed class AtomicWakerTests
{
    [Fact]
    public void The_last_registration_is_woken_once()
    {
        int first = 0;
        int second = 0;
        AtomicWaker cell = new();
        cell.Wake();
        cell.Register(Waker.Create(() => first++));
        cell.Register(Waker.Create(() => second++));
        cell.Wake();
        cell.Wake();
        Assert.Equal((0, 1), (first, second));
    }

    [Fact]
    public void A_taken_waker_is_woken_by_who_took_it()
    {
        int wakes = 0;
        AtomicWaker cell = new();
        Assert.Equal(Waker.Noop, cell.Take());
        Waker waker = Waker.Create(() => wakes++);
        cell.Register(waker);
        Waker taken = cell.Take();
        Assert.True(taken.WillWake(waker));
        cell.Wake();
        Assert.Equal(0, wakes);
        taken.Wake();
        Assert.Equal(1, wakes);
        cell.Register(Waker.Noop);
        cell.Wake();
    }

    /// <summary>Registers, then looks; sets, then wakes: from a foreign thread, many times, none is lost.</summary>
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void No_wake_is_lost(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        const int Rounds = 3000;
        AtomicWaker cell = new();
        int reached = 0;
        int asked = 0;
        Thread other = new(() =>
        {
            SpinWait spin = default;
            for (int round = 1; round <= Rounds; round++)
            {
                while (Volatile.Read(ref asked) < round)
                {
                    spin.SpinOnce();
                }

                Volatile.Write(ref reached, round);
                cell.Wake();
            }
        })
        {
            IsBackground = true,
        };
        other.Start();
        for (int round = 1; round <= Rounds; round++)
        {
            int goal = round;
            Volatile.Write(ref asked, round);
            await Kio.PollFn((ref PollContext context) =>
            {
                cell.Register(context.Waker);
                return Volatile.Read(ref reached) >= goal ? Poll<int>.Ready(0) : Poll<int>.Pending;
            });
        }
    });
}
