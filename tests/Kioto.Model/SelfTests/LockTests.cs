using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

public sealed class LockTests
{
    [Fact]
    public void OppositeOrderDeadlocks()
    {
        ModelFailureException failure = Assert.Throws<ModelFailureException>(() => Model.Check(() => LockBoth(opposite: true)));

        Assert.Equal(FailureKind.Deadlock, failure.Kind);
        Assert.Contains("T0 waits for a lock held by T1", failure.Message);
        Assert.Contains("T1 waits for a lock held by T0", failure.Message);
    }

    [Fact]
    public void SameOrderDoesNot() => Assert.True(Model.Check(() => LockBoth(opposite: false)).Complete);

    [Fact]
    public void LockExcludes() =>
        Assert.True(Model.Check(new ModelOptions { StoreBuffers = true, PreemptionBound = 3 }, () =>
        {
            var guard = new Lock();
            int[] counter = new int[1];
            void Increment()
            {
                using (guard.EnterScope())
                {
                    Volatile.Write(ref counter[0], Volatile.Read(ref counter[0]) + 1);
                }
            }

            ModelHandle first = Model.Spawn(Increment);
            ModelHandle second = Model.Spawn(Increment);
            Increment();
            first.Join();
            second.Join();
            Assert.Equal(3, counter[0]);
        }).Complete);

    [Fact]
    public void LockIsReentrantAndOnlyForItsOwner() =>
        Model.Check(() =>
        {
            var guard = new Lock();
            guard.Enter();
            using (guard.EnterScope())
            {
                Assert.True(guard.IsHeldByCurrentThread);
                Model.Spawn(() => Assert.False(guard.TryEnter())).Join();
            }

            guard.Exit();
            Assert.Throws<SynchronizationLockException>(guard.Exit);
        });

    private static void LockBoth(bool opposite)
    {
        var a = new Lock();
        var b = new Lock();
        ModelHandle other = Model.Spawn(() =>
        {
            using (opposite ? b.EnterScope() : a.EnterScope())
            using (opposite ? a.EnterScope() : b.EnterScope())
            {
            }
        });
        using (a.EnterScope())
        using (b.EnterScope())
        {
        }

        other.Join();
    }
}
