namespace Kioto.Tool.Traffic;

/// <summary>One message to the server and what it answers, again and again on one connection.</summary>
internal abstract class Exchange
{
    public abstract Future RunAsync();
}
