using System.Threading;
using ModelChecking;

namespace Kioto.ModelTests;

/// <summary>A leaf that waits for a .NET token, whose own operations are taken as they are: atomic, and right.</summary>
internal static class TokenModel
{
    /// <summary>The token is cancelled while the leaf registers with it.</summary>
    internal static void CancelDuringRegistration()
    {
        SourcePool<TokenLeaf>.Clear();
        using CancellationTokenSource source = new();
        TokenLeaf leaf = Leaf(source);
        Model.Spawn(source.Cancel);
        PollToEnd(leaf, new ParkedThread());
    }

    /// <summary>The waker changes while the token is cancelled.</summary>
    internal static void TargetChanges()
    {
        SourcePool<TokenLeaf>.Clear();
        using CancellationTokenSource source = new();
        TokenLeaf leaf = Leaf(source);
        PollContext first = new(new ParkedThread());
        leaf.PollLeaf(ref first);
        Model.Spawn(source.Cancel);
        PollToEnd(leaf, new ParkedThread());
    }

    /// <summary>The leaf goes back to its pool while the callback is under way, and serves another token.</summary>
    internal static void LeafIsReused()
    {
        SourcePool<TokenLeaf>.Clear();
        CancellationTokenSource first = new();
        CancellationTokenSource second = new();
        TokenLeaf leaf = Leaf(first);
        PollContext context = new(new ParkedThread());
        leaf.PollLeaf(ref context);
        Model.Spawn(first.Cancel);
        leaf.Abandon();
        TokenLeaf again = Leaf(second);
        Model.Spawn(second.Cancel);
        PollToEnd(again, new ParkedThread());
    }

    private static TokenLeaf Leaf(CancellationTokenSource source) => (TokenLeaf)TokenLeaf.Await(source.Token).Source!;

    private static void PollToEnd(TokenLeaf leaf, ParkedThread thread)
    {
        PollContext context = new(thread);
        while (!leaf.PollLeaf(ref context))
        {
            thread.Sleep();
        }
    }
}
