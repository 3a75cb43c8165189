/// Colours of structures where an image has several (Okabe and Ito 2008).
public enum StructureColours {
    private static let all = [
        RGBImage.Colour(86, 180, 233), RGBImage.Colour(255, 140, 0), RGBImage.Colour(0, 158, 115),
        RGBImage.Colour(204, 121, 167), RGBImage.Colour(240, 228, 66), RGBImage.Colour(213, 94, 0),
        RGBImage.Colour(0, 114, 178),
    ]

    private static let names = [
        "blue", "orange", "green", "pink", "yellow", "red", "dark blue",
    ]

    /// What the colour of a structure is called, from 0.
    public static func name(_ index: Int) -> String { names[index % names.count] }

    /// The colour of a structure, from 0; they begin anew after seven.
    public static func colour(_ index: Int) -> RGBImage.Colour { all[index % all.count] }
}
