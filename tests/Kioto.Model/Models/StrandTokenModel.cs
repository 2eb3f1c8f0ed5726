using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A strand's token is asked for while cancelling the strand begins: whichever is first, it is cancelled.</summary>
internal static class StrandTokenModel
{
    /// <summary>The first token of a strand.</summary>
    internal static void AskedForDuringCancel()
    {
        var strand = new BareStrand();
        ModelHandle canceller = Model.Spawn(() => strand.Cancel(Ambient.Current));
        CancellationToken token = strand.GetToken();
        canceller.Join();
        Assert.True(token.IsCancellationRequested);
    }

    /// <summary>Two threads ask, of which one's code the other one's cancellation must reach too.</summary>
    internal static void AskedForTwice()
    {
        var strand = new BareStrand();
        CancellationToken other = default;
        ModelHandle canceller = Model.Spawn(() => strand.Cancel(Ambient.Current));
        ModelHandle asker = Model.Spawn(() => other = strand.GetToken());
        CancellationToken token = strand.GetToken();
        canceller.Join();
        asker.Join();
        Assert.True(token.IsCancellationRequested);
        Assert.Equal(token, other);
    }

    private sealed class BareStrand : Strand
    {
        internal override void Wake()
        {
        }
    }
}
