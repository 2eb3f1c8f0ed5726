namespace Kioto.Tool.Bench;

/// <summary>A cell of a table of results.</summary>
/// <param name="Text">What it is about.</param>
/// <param name="Detail">What stands smaller beside it, or nothing.</param>
/// <param name="IsLoss">Of a ratio: whether Kioto is worse; null for what is none.</param>
internal readonly record struct ReportCell(string Text, string Detail = "", bool? IsLoss = null)
{
    /// <summary>There is no figure.</summary>
    public static ReportCell None { get; } = new("-");
}
