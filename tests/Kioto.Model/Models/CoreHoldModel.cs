using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A core in the hands of a thread that may lose it at any instant: never in use by two.</summary>
internal static class CoreHoldModel
{
    /// <summary>A poll uses the core twice while it is taken away, once.</summary>
    internal static void RevokeDuringUses() => Run(uses: 2, polls: 1, attempts: 1);

    /// <summary>A revocation that is taken back, and one that may follow.</summary>
    internal static void RevokeTwice() => Run(uses: 1, polls: 1, attempts: 2);

    /// <summary>Two polls, with the loop's own use of the core between them.</summary>
    internal static void RevokeBetweenPolls() => Run(uses: 1, polls: 2, attempts: 1);

    private static void Run(int uses, int polls, int attempts)
    {
        var core = new Thing();
        var ambient = new Ambient();
        var handOff = new Lock();
        bool revoked = false;
        using (handOff.EnterScope())
        {
            ambient.Hold.Begin(core);
        }

        ModelHandle revoker = Model.Spawn(() =>
        {
            for (int i = 0; i < attempts && !revoked; i++)
            {
                using (handOff.EnterScope())
                {
                    revoked = ambient.Hold.TryRevoke(core);
                }
            }

            if (revoked)
            {
                core.Use(); // By the thread that it is given to.
                core.Use();
            }
        });
        bool lost = false;
        int used = 0;
        for (int poll = 0; poll < polls && !lost; poll++)
        {
            core.Use();
            used++;
            ambient.Hold.BeginPoll();
            for (int i = 0; i < uses; i++)
            {
                if (ambient.Hold.Enter() is Thing mine)
                {
                    mine.Use();
                    used++;
                }

                ambient.Hold.Leave();
            }

            if (!ambient.Hold.EndPoll(core))
            {
                using (handOff.EnterScope())
                {
                    lost = revoked;
                }
            }
        }

        if (!lost)
        {
            core.Use();
            used++;
        }

        revoker.Join();
        Assert.Equal(lost, revoked);
        Assert.Equal(used + (revoked ? 2 : 0), core.Uses);
    }

    /// <summary>What a core is to its holder: plain memory.</summary>
    private sealed class Thing
    {
        private int _uses;

        internal int Uses => Volatile.Read(ref _uses);

        internal void Use()
        {
            int before = Volatile.Read(ref _uses);
            Volatile.Write(ref _uses, before + 1);
        }
    }
}
