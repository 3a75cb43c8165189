import Datasets
import Settings
import Specification
import Training

extension Cell {
    /// The fold that is tested; nil where there are none. What cannot be is for the data set to
    /// refuse.
    var fold: Fold? {
        switch (settings.folds, settings.fold) {
        case (CommonSettings.noFolds, _): nil
        case (.word, .word(let site)): .site(site)
        case (.word, .number(let number)): .site(String(number))
        case (.number(let count), .number(let number)): .number(number, of: count)
        case (.number(let count), .word): .number(0, of: count)
        }
    }
}
