using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>Copies of a guard that are used at once: what its lease holds is given out once, and the next holder's is not touched.</summary>
internal static class LeaseModel
{
    /// <summary>Two use one up; who takes the last of it sees its lease serve the next holder while the other one still tries.</summary>
    internal static void UsedTogether()
    {
        var owner = new object();
        Lease lease = Lease.Rent(owner, 2, holder: null);
        uint version = lease.Current;
        int used = 0;
        ModelHandle one = Model.Spawn(UseAll);
        ModelHandle two = Model.Spawn(UseAll);
        one.Join();
        two.Join();
        Assert.Equal(2, used);

        void UseAll()
        {
            while (lease.TryUse(version))
            {
                used++;
                if (lease.CountOf(version) == 0)
                {
                    Next(owner);
                }
            }
        }
    }

    /// <summary>One splits, one gives more, and one ends it: all permits are somewhere.</summary>
    internal static void ChangedBesideTheEnd()
    {
        Lease lease = Lease.Rent(new object(), 2, holder: null);
        uint version = lease.Current;
        int elsewhere = 0;
        ModelHandle splits = Model.Spawn(() => Change(-1));
        ModelHandle merges = Model.Spawn(() => Change(3));
        Assert.True(lease.TryEnd(version, out int count));
        splits.Join();
        merges.Join();
        Assert.Equal(2, count + elsewhere);
        Assert.False(lease.TryEnd(version, out _));

        void Change(int more)
        {
            if (lease.TryChange(version, more))
            {
                elsewhere -= more;
            }
        }
    }

    // Of both that find it used up one may rent it, or both another one.
    private static void Next(object owner)
    {
        Lease next = Lease.Rent(owner, 1, holder: null);
        uint version = next.Current;
        Model.Point();
        Assert.Equal(1, next.CountOf(version));
        Assert.True(next.TryUse(version));
    }
}
