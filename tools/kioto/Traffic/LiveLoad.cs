using System;

namespace Kioto.Tool.Traffic;

/// <summary>Shows a load's rate while it runs.</summary>
internal class LiveLoad(LiveLine line, LoadOptions options, string server = "") : ILoadObserver
{
    public virtual void Started()
    {
    }

    public void Running(long messages, TimeSpan elapsed) => line.Show(
        $"{server}{options.Protocol}, {options.Connections} connection(s): {messages / elapsed.TotalSeconds:0} messages/s");

    public virtual void Ended()
    {
    }
}
