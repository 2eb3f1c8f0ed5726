using Kioto.Sync;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>The lock of the lists of waiters: one at a time is inside, and sees what the others did there.</summary>
internal static class SpinModel
{
    internal static void MutualExclusion()
    {
        var word = new SpinWord[1];
        int inside = 0;
        int seen = 0;
        for (int i = 0; i < 2; i++)
        {
            Model.Spawn(() =>
            {
                for (int turn = 0; turn < 2; turn++)
                {
                    word[0].Enter();
                    Assert.Equal(1, ++inside);
                    int before = Volatile.Read(ref seen);
                    Volatile.Write(ref seen, before + 1);
                    inside--;
                    word[0].Exit();
                }
            });
        }

        word[0].Enter();
        Assert.InRange(Volatile.Read(ref seen), 0, 4);
        word[0].Exit();
    }
}
