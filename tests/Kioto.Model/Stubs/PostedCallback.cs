namespace Kioto;

/// <summary>Nothing is posted in a model.</summary>
internal abstract class PostedCallback : TaskHeader;
