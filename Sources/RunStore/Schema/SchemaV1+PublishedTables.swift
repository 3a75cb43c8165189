/// The papers' printed tables, cell for cell, as they stand in print (also where a cell is a
/// misprint). Part of a released migration and never edited.
enum PublishedTablesV1 {
    /// P1 Table 1: segmentation only, all training images labelled.
    static let segmentation = """
        dataset,model,loss,DS,JS,SSIM,F1,HD,SN,SP,PR,RC
        MCX,U-Net,TV,0.991,0.983,0.950,0.966,2.968,0.965,0.989,0.968,0.965
        MCX,U-Net,KLTV,0.990,0.980,0.947,0.962,3.009,0.966,0.985,0.958,0.966
        MCX,Attention U-Net,TV,0.984,0.968,0.922,0.937,3.768,0.915,0.987,0.960,0.915
        MCX,Attention U-Net,KLTV,0.990,0.980,0.941,0.960,3.063,0.957,0.987,0.962,0.957
        MCX,PPAU-Net,TV,0.988,0.978,0.966,0.958,3.143,0.967,0.982,0.949,0.967
        MCX,PPAU-Net,KLTV,0.992,0.983,0.949,0.989,2.690,0.989,0.958,0.989,0.976
        SCX,U-Net,TV,0.964,0.931,0.860,0.955,4.181,0.975,0.799,0.936,0.975
        SCX,U-Net,KLTV,0.960,0.923,0.850,0.950,4.023,0.963,0.803,0.936,0.963
        SCX,Attention U-Net,TV,0.958,0.919,0.842,0.948,4.562,0.983,0.725,0.915,0.983
        SCX,Attention U-Net,KLTV,0.965,0.933,0.862,0.955,3.684,0.946,0.894,0.964,0.946
        SCX,PPAU-Net,TV,0.954,0.913,0.838,0.944,4.523,0.983,0.700,0.908,0.983
        SCX,PPAU-Net,KLTV,0.964,0.930,0.858,0.954,3.855,0.961,0.836,0.946,0.961
        JCX,U-Net,TV,0.989,0.979,0.937,0.985,2.804,0.990,0.956,0.981,0.990
        JCX,U-Net,KLTV,0.990,0.980,0.939,0.986,2.553,0.980,0.988,0.995,0.977
        JCX,Attention U-Net,TV,0.988,0.977,0.929,0.983,2.882,0.993,0.940,0.974,0.993
        JCX,Attention U-Net,KLTV,0.989,0.977,0.932,0.984,2.781,0.981,0.970,0.986,0.981
        JCX,PPAU-Net,TV,0.990,0.981,0.941,0.987,2.768,0.992,0.958,0.981,0.992
        JCX,PPAU-Net,KLTV,0.990,0.979,0.937,0.985,2.751,0.987,0.959,0.982,0.987
        CCX,U-Net,TV,0.978,0.958,0.907,0.968,3.322,0.974,0.928,0.962,0.974
        CCX,U-Net,KLTV,0.969,0.939,0.874,0.953,3.502,0.946,0.926,0.960,0.946
        CCX,Attention U-Net,TV,0.970,0.941,0.878,0.956,3.643,0.972,0.883,0.940,0.972
        CCX,Attention U-Net,KLTV,0.971,0.943,0.877,0.956,3.481,0.944,0.941,0.968,0.944
        CCX,PPAU-Net,TV,0.969,0.940,0.875,0.955,3.807,0.978,0.870,0.934,0.978
        CCX,PPAU-Net,KLTV,0.967,0.936,0.868,0.951,3.472,0.939,0.932,0.963,0.939
        """

    /// P1 Table 2: classification and segmentation, 10 % of the training images labelled. Its
    /// columns "cls_PR" and "cls_RE" hold the F1 of the two classes in the sets of two classes.
    static let multitask = """
        dataset,model,loss,cls_Acc,cls_PR,cls_RE,DS,JI,SSIM,F1,HD,SN,SP,PR,RE
        MCX,APPAU-Net,TV,0.571,0.690,0.290,0.956,0.916,0.815,0.814,4.514,0.800,0.988,0.953,0.800
        MCX,APPAU-Net,XETV,0.514,0.620,0.280,0.929,0.868,0.788,0.778,4.554,0.903,0.856,0.684,0.903
        MCX,APPAU-Net,KLTV,0.543,0.680,0.200,0.974,0.950,0.880,0.898,3.914,0.857,0.944,0.944,0.857
        JCX,APPAU-Net,TV,0.758,0.000,0.860,0.972,0.945,0.864,0.963,3.755,0.996,0.831,0.929,0.996
        JCX,APPAU-Net,XETV,0.758,0.000,0.860,0.975,0.952,0.878,0.966,3.489,0.995,0.857,0.939,0.994
        JCX,APPAU-Net,KLTV,0.758,0.000,0.860,0.976,0.953,0.885,0.966,3.351,0.975,0.904,0.958,0.975
        SCX,APPAU-Net,TV,0.477,0.580,0.300,0.883,0.790,0.713,0.877,6.601,0.999,0.162,0.782,0.992
        SCX,APPAU-Net,XETV,0.553,0.670,0.290,0.889,0.800,0.720,0.882,6.372,0.997,0.205,0.791,0.997
        SCX,APPAU-Net,KLTV,0.508,0.530,0.490,0.921,0.853,0.746,0.910,4.368,0.992,0.434,0.841,0.992
        CCX,APPAU-Net,TV,0.776,0.800,0.780,0.874,0.777,0.682,0.845,5.375,0.936,0.576,0.770,0.959
        CCX,APPAU-Net,XETV,0.732,0.81,0.70,0.923,0.862,0.768,0.890,4.692,0.974,0.632,0.823,0.954
        CCX,APPAU-Net,KLTV,0.750,0.770,0.750,0.926,0.863,0.780,0.903,4.669,0.979,0.645,0.838,0.953
        """

    /// P2 Table 1: by percent of labelled training images.
    static let labelFraction = """
        dataset,model,label_percent,Acc,DS
        SPINE,CNN / U-Net,5,0.420,0.702
        SPINE,S2MCL,5,0.420,0.500
        SPINE,S4MCL,5,0.630,0.890
        SPINE,CNN / U-Net,10,0.450,0.874
        SPINE,S2MCL,10,0.460,0.640
        SPINE,S4MCL,10,0.670,0.907
        SPINE,CNN / U-Net,20,0.460,0.903
        SPINE,S2MCL,20,0.500,0.672
        SPINE,S4MCL,20,0.680,0.921
        SPINE,CNN / U-Net,30,0.500,0.910
        SPINE,S2MCL,30,0.550,0.752
        SPINE,S4MCL,30,0.740,0.925
        SPINE,CNN / U-Net,50,0.620,0.919
        SPINE,S2MCL,50,0.670,0.889
        SPINE,S4MCL,50,0.800,0.934
        SPINE,CNN / U-Net,100,0.780,0.931
        """
}
