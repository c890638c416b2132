"""What a table is compared with: other ways to predict, on the same parts."""

import warnings
from collections.abc import Callable

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import CategoricalNB
from sklearn.preprocessing import KBinsDiscretizer, OneHotEncoder, OrdinalEncoder, StandardScaler

from leadscore.learn.candidates import Candidates, as_numbers, is_numeric
from leadscore.learn.learning import Observations, sampled

RARE = 10  # values of fewer leads are put together

# They learn from so many moments, and predict so many at a time: each moment has
# hundreds of columns.
LEARNED_ON = 50_000
AT_ONCE = 20_000

Features = tuple[np.ndarray, np.ndarray]
Way = Callable[[np.ndarray, np.ndarray], np.ndarray]


def features(observations: Observations, numeric: list[str], events: Candidates) -> Features:
    """Texts; and numbers (NaN for none) with what candidate rules on events give."""
    texts = [name for name in observations.attributes if name not in numeric]
    table = np.empty((len(observations), len(texts)), dtype=object)
    for place, name in enumerate(texts):
        table[:, place] = [value or "" for value in observations.attributes[name]]
    numbers = [as_numbers(observations.attributes[name]) for name in numeric]
    columns = np.array(numbers).reshape(len(numeric), len(observations)).T
    return table, np.hstack([columns, observations.shares(events.rules)])


def ways(texts: np.ndarray, numbers: np.ndarray, won: np.ndarray, seed: int) -> dict[str, Way]:
    """Each way to predict, learned from these; as functions of texts and numbers."""
    middle = np.zeros(numbers.shape[1])
    has_gaps = np.isnan(numbers).any(axis=0)
    known = ~np.isnan(numbers).all(axis=0)
    middle[known] = np.nanmedian(numbers[:, known], axis=0)

    def filled(given: np.ndarray) -> np.ndarray:
        """Numbers with the median for what is missing, and columns that say so."""
        missing = np.isnan(given)
        return np.hstack([np.where(missing, middle, given), missing[:, has_gaps]])

    one_hot = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=RARE)
    ordinal = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=-1, min_frequency=RARE, max_categories=200
    )
    scaler = StandardScaler()
    bins = KBinsDiscretizer(10, encode="ordinal", quantile_method="averaged_inverted_cdf")
    if texts.shape[1]:
        one_hot.fit(texts)
        ordinal.fit(texts)
    if numbers.shape[1]:
        scaler.fit(filled(numbers))
        with warnings.catch_warnings():
            # a column with few values has fewer bins
            warnings.simplefilter("ignore", UserWarning)
            bins.fit(filled(numbers))

    def beside(of_texts: Callable, of_numbers: Callable) -> Way:
        def together(given: np.ndarray, also: np.ndarray) -> np.ndarray:
            parts = [of_texts(given)] if given.shape[1] else []
            return np.hstack(parts + ([of_numbers(also)] if also.shape[1] else []))

        return together

    wide = beside(lambda t: one_hot.transform(t).toarray(), lambda n: scaler.transform(filled(n)))
    plain = beside(ordinal.transform, lambda n: n)
    counted = beside(lambda t: ordinal.transform(t) + 1, lambda n: bins.transform(filled(n)) + 1)
    codes = counted(texts, numbers).astype(int)
    most = codes.max(axis=0)
    logistic = LogisticRegression(C=0.3, max_iter=5000, tol=1e-7).fit(wide(texts, numbers), won)
    boosting = HistGradientBoostingClassifier(random_state=seed).fit(plain(texts, numbers), won)
    naive = CategoricalNB(alpha=0.1, min_categories=most + 1).fit(codes, won)
    return {
        "logistic regression": lambda t, n: logistic.predict_proba(wide(t, n))[:, 1],
        "gradient boosting": lambda t, n: boosting.predict_proba(plain(t, n))[:, 1],
        "naive Bayes": lambda t, n: naive.predict_proba(
            np.minimum(counted(t, n).astype(int), most)
        )[:, 1],
    }


def predictions(
    train: Observations, test: Observations, events: Candidates, seed: int
) -> dict[str, np.ndarray]:
    """Probabilities of the test part by each way, learned on the training part.

    `events`: candidate rules on events, as columns for the others.
    """
    train = sampled(train, LEARNED_ON, seed)
    numeric = [name for name, column in train.attributes.items() if is_numeric(column)]
    texts, numbers = features(train, numeric, events)
    if not texts.shape[1] + numbers.shape[1]:
        return {}
    learned = ways(texts, numbers, train.won, seed)
    found: dict[str, list[np.ndarray]] = {name: [] for name in learned}
    for begin in range(0, len(test), AT_ONCE):
        part = test.only(np.arange(begin, min(begin + AT_ONCE, len(test))))
        given = features(part, numeric, events)
        for name, way in learned.items():
            found[name].append(way(*given))
    return {name: np.concatenate(parts) for name, parts in found.items()}
